import { joinMessages, type Message } from '../message.ts';

/** Sentences of one explanation, empty ones left out. */
export function joinSentences(parts: readonly (Message | null)[]): Message {
  return joinMessages(
    parts.filter((part) => part !== null),
    { zh: ';', en: '; ' },
  );
}
