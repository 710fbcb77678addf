/** 内容 of a row in 过程记录: `字段=值；…`, then the note. Written and read by this one pair, losslessly. */

/** `值` may hold anything: `；`, `=` and `\` are escaped with `\`. The note is written as it is, unless it begins like a field. */
export function writeContent(values: ReadonlyMap<string, string>, note: string): string {
  const fields = [...values].map(([label, value]) => `${label}=${escapeMarks(value)}`);
  const rest =
    note === ''
      ? []
      : [fields.length > 0 || /^[^；=]*=/.test(note) || note.includes('\\') ? escapeMarks(note) : note];
  return [...fields, ...rest].join('；');
}

/** Only `labels` count as fields; everything else (typed by hand, say) is the note. */
export function readContent(
  text: string,
  labels: ReadonlySet<string>,
): { readonly values: ReadonlyMap<string, string>; readonly note: string } {
  // Most contents are a plain remark, or none.
  if (!text.includes('=') && !text.includes('\\')) return { values: NO_VALUES, note: text };
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (const part of splitUnescaped(text)) {
    const label = part.slice(0, Math.max(0, part.indexOf('=')));
    // Behind a field the note has its marks escaped: what looks like one there is one, though a label between is unknown now.
    const isField =
      label !== '' && labels.has(label) && !/[；\\]/.test(label) && (rest.length === 0 || values.size > 0);
    if (isField && !values.has(label)) values.set(label, unescapeMarks(part.slice(label.length + 1)));
    else rest.push(part);
  }
  return { values, note: unescapeMarks(rest.join('；')) };
}

const NO_VALUES: ReadonlyMap<string, string> = new Map();

function escapeMarks(text: string): string {
  return text.replace(/[\\；=]/g, '\\$&');
}

function unescapeMarks(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\；=])/g, '$1') : text;
}

/** Cut at every `；` that no `\` stands before; empty parts stay. */
function splitUnescaped(text: string): string[] {
  if (!text.includes('\\')) return text.split('；');
  const parts = [''];
  for (const token of text.match(/\\[\s\S]|[\s\S]/g) ?? []) {
    if (token === '；') parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}
