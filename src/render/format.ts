import type { PlacedChart } from '../core/chart.ts';
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
  /** Puts native charts over the cells of a workbook (storage knows how); where it is left out none are drawn. */
  readonly drawCharts?: (workbook: Uint8Array, charts: readonly PlacedChart[]) => Promise<Uint8Array>;
}

/** A way to write a document. A further one is one file that exports one of these, and one line in formats.ts. */
export interface OutputFormat {
  /** The word of `--format`, and the ending of a file's name. */
  readonly key: string;
  /** It can be read where it is printed. */
  readonly isText: boolean;
  render(document: GridDocument, options: FormatOptions): Promise<Uint8Array>;
}
