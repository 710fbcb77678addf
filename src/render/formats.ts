import { csvFormat } from './csv.ts';
import type { OutputFormat } from './format.ts';
import { markdownFormat } from './markdown.ts';

/** The formats a table can be written in; what is heavy or rare is loaded when such a file is asked for. To add one: a file with an `OutputFormat`, and one line here. */
export const FORMATS: readonly OutputFormat[] = [
  csvFormat,
  markdownFormat,
  {
    key: 'html',
    isText: false,
    render: async (document, options) => (await import('./html.ts')).renderHtml(document, options),
  },
  {
    key: 'xlsx',
    isText: false,
    render: async (document, options) => (await import('./xlsx.ts')).renderDocument(document, options),
  },
];
