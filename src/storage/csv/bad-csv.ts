import { basename } from 'node:path';
import type { Message } from '../../core/message.ts';
import { cellName } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import type { CsvEncoding } from './encoding.ts';

/** What makes a file no CSV. */
export type CsvFault =
  | { readonly fault: 'nul' | 'undecodable' | 'unclosed' | 'behind-quote' }
  | { readonly fault: 'wide'; readonly found: number }
  | { readonly fault: 'ragged'; readonly row: number; readonly found: number; readonly width: number };

interface Source {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly encoding: CsvEncoding;
  readonly bom: number;
}

/** The failure at a byte of a file: file, line, column (in characters, both from 1), what is wrong and what to do. */
export function badCsv(source: Source, at: number, fault: CsvFault): Failure {
  const { path } = source;
  const { line, column } = placeOf(source, at);
  const { fact, next } = wordsOf(source, at, fault);
  const cell = fault.fault === 'ragged' ? cellName(fault.row, Math.min(fault.found, fault.width) + 1) : null;
  return new Failure(
    'file',
    {
      zh: `${path} 第 ${line} 行第 ${column} 列:${fact.zh}。${next.zh}`,
      en: `${path}, line ${line}, column ${column}: ${fact.en}. ${next.en}`,
    },
    {
      file: path,
      sheet: sheetNameOf(path),
      ...(cell === null ? {} : { cell }),
      ...(fault.fault === 'ragged' ? { value: String(fault.found), expected: String(fault.width) } : {}),
    },
    { line, column },
  );
}

/** The sheet that a file of a CSV store is: its name without the ending. (A Mac may hand out decomposed letters.) */
export function sheetNameOf(path: string): string {
  return basename(path)
    .replace(/\.csv$/i, '')
    .normalize('NFC');
}

/** A workbook that was only renamed: said as such, since its bytes would be called broken text. */
export function refuseForeign(path: string, bytes: Uint8Array): void {
  const head = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (head !== '504b0304' && head !== 'd0cf11e0') return;
  throw new Failure(
    'file',
    {
      zh: `${path} 不是 CSV,是改了名字的 Excel 工作簿。请把名字改回 .xlsx(.xls 请先另存为 .xlsx)`,
      en: `${path} is no CSV file but a renamed Excel workbook. Give it its name .xlsx back (save an .xls as .xlsx first)`,
    },
    { file: path, expected: '.csv' },
  );
}

function placeOf({ bytes, encoding, bom }: Source, at: number): { line: number; column: number } {
  // What stands before the place has been found to be text.
  const before = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(bom, at));
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
}

function wordsOf(
  { bytes, encoding }: Source,
  at: number,
  fault: CsvFault,
): { readonly fact: Message; readonly next: Message } {
  switch (fault.fault) {
    case 'nul':
      return {
        fact: { zh: '有一个 NUL 字节(0x00),不是文字', en: 'a NUL byte (0x00) is no text' },
        next: {
          zh: '文件可能已损坏,或是没有 BOM 的 UTF-16;请在 Excel/WPS 里打开并另存为“CSV UTF-8”',
          en: 'The file may be damaged, or be UTF-16 without a BOM; open it in Excel or WPS and save it as “CSV UTF-8”',
        },
      };
    case 'undecodable': {
      const byte = `0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
      const name = encoding.toUpperCase();
      return {
        fact: { zh: `字节 ${byte} 不是有效的 ${name} 文字`, en: `the byte ${byte} is no valid ${name} text` },
        next: {
          zh: '请用原来的软件重新另存一份(建议“CSV UTF-8”),不要用改过编码的副本',
          en: 'Save it again from the program it came from (as “CSV UTF-8” if you can)',
        },
      };
    }
    case 'unclosed':
      return {
        fact: { zh: '从这里开始的引号一直没有结束', en: 'the quote that opens here is never closed' },
        next: {
          zh: '请在这一格的末尾补上引号,或去掉开头的引号',
          en: 'Close it at the end of this field, or remove it',
        },
      };
    case 'behind-quote':
      return {
        fact: { zh: '引号结束之后还有文字', en: 'text stands behind a closing quote' },
        next: {
          zh: '格里的引号要写成两个(""),请改好这一格',
          en: 'A quote inside a quoted field is written twice (""); correct this field',
        },
      };
    case 'wide':
      return {
        fact: {
          zh: `这条记录有 ${fault.found} 格,一张表最多 16384 列`,
          en: `this record has ${fault.found} fields; a table has at most 16384 columns`,
        },
        next: {
          zh: '可能不是一张客户表,或分隔符不对;请检查文件',
          en: 'It may be no table of customers, or its delimiter may be another; check the file',
        },
      };
    case 'ragged':
      return {
        fact: {
          zh: `这条记录有 ${fault.found} 格,表头有 ${fault.width} 格`,
          en: `this record has ${fault.found} fields, the header has ${fault.width}`,
        },
        next: {
          zh: '可能多了或少了一个分隔符,或带分隔符的内容没有加引号;请改好这一行',
          en: 'A delimiter may be missing or too many, or a text that holds one is not quoted; correct this line',
        },
      };
  }
}
