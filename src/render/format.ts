import type { Grid } from '../core/grid.ts';
import type { Lang, Message } from '../core/message.ts';

/** What is made for others: tables under a heading, and what must be known of them. */
export interface GridDocument {
  readonly heading: readonly Message[];
  readonly grids: readonly Grid[];
  readonly notes: readonly Message[];
}

export interface FormatOptions {
  readonly lang: Lang;
  /** Phones stay readable: --with-phones. */
  readonly withPhones: boolean;
}

/** A way to write a document. A further one is one file that exports one of these, and one line in formats.ts. */
export interface OutputFormat {
  /** The word of `--format`, and the ending of a file's name. */
  readonly key: string;
  /** It can be read where it is printed. */
  readonly isText: boolean;
  render(document: GridDocument, options: FormatOptions): Promise<Uint8Array>;
}
