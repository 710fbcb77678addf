/** A language people read. Adding one is one word here; the compiler then lists every sentence that lacks it. */
export type Lang = 'zh' | 'en';

/** One sentence in every language, written side by side where it is said. */
export type Message = Readonly<Record<Lang, string>>;

/** The text of `message` in `lang`. Called at the edge only. */
export function say(message: Message, lang: Lang): string {
  return message[lang];
}

/** The same text in every language: names, numbers, cell contents. */
export function plain(text: string): Message {
  return { zh: text, en: text };
}

/** Joins messages with `separator` in every language. */
export function joinMessages(parts: readonly Message[], separator: Message): Message {
  return {
    zh: parts.map((part) => part.zh).join(separator.zh),
    en: parts.map((part) => part.en).join(separator.en),
  };
}

/** `1 row`, `2 rows`, `0 rows`: a number and what it counts, in English. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
