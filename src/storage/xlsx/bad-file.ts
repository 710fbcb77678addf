import type { Message } from '../../core/message.ts';
import { visible } from '../../core/text.ts';
import { Failure } from '../../failure.ts';

/** What a file without a zip directory really is, and what to do about it. */
export function notZip(file: string, bytes: Buffer): Failure {
  const place = { file, expected: '.xlsx / .xlsm' };
  const say = (zh: string, en: string) =>
    new Failure('file', { zh: `${file} ${zh}`, en: `${file} ${en}` }, place);
  if (bytes.length === 0)
    return say(
      '是空文件(0 字节)。请从备份或同步记录里取回它。',
      'is empty (0 bytes). Get it back from a backup.',
    );
  if (isOle(bytes)) {
    return bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
      ? say(
          '设了打开密码,读不了。请在 Excel 或 WPS 里去掉密码,另存为 .xlsx 再试。',
          'is protected by a password. Remove it in Excel or WPS, save as .xlsx and try again.',
        )
      : say(
          '是旧的 .xls 格式(不管扩展名叫什么)。请在 Excel 或 WPS 里另存为 .xlsx 再试。',
          'is an old .xls, whatever its ending says. Save it as .xlsx with Excel or WPS and try again.',
        );
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return truncated(file);
  const head = bytes
    .toString('latin1', 0, 512)
    .replace(/^\xEF\xBB\xBF/, '')
    .trimStart();
  if (head.startsWith('<')) {
    return say(
      '其实是网页或 XML 文本(系统导出的“Excel”常是这样)。请用 Excel 或 WPS 打开,另存为 .xlsx 再试。',
      'is really HTML or XML text, as many web exports are. Open it with Excel or WPS, save it as .xlsx and try again.',
    );
  }
  if (!head.includes('\0')) {
    return say(
      '其实是文本(CSV？)。请用 Excel 或 WPS 打开,另存为 .xlsx 再试。',
      'is really text (CSV?). Open it with Excel or WPS, save it as .xlsx and try again.',
    );
  }
  return say(
    '不是 Excel 工作簿。请检查是不是选错了文件。',
    'is no Excel workbook. Check that it is the right file.',
  );
}

/** Whether the bytes begin as an OLE2 file does: an old .xls, or a workbook behind a password. */
export function isOle(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.readUInt32BE(0) === 0xd0cf11e0;
}

/** A zip whose directory is missing or cut off. */
export function truncated(file: string): Failure {
  return new Failure(
    'file',
    {
      zh: `${file} 不完整:zip 目录缺失或损坏(下载或同步没有完成？)。请从备份取回,或用 Excel 打开修复后另存。`,
      en: `${file} is incomplete: its zip directory is missing or damaged (an unfinished download or sync?). Get it back from a backup, or let Excel repair it and save a copy.`,
    },
    { file, expected: '.xlsx / .xlsm' },
  );
}

/** A part that cannot be read, and what to do about it. Its name may be anything: the message stays one line. */
export function broken(file: string, part: string, what: Message): Failure {
  const name = visible(part);
  return new Failure(
    'file',
    {
      zh: `${file} 的部件 ${name}:${what.zh}。请用 Excel 或 WPS 打开修复后另存再试。`,
      en: `${file}: the part ${name}: ${what.en}. Let Excel or WPS repair it, save a copy and try again.`,
    },
    { file, value: part },
  );
}

/** A part that inflates beyond all measure. */
export function tooBig(file: string, part: string): Failure {
  const name = visible(part);
  return new Failure(
    'file',
    {
      zh: `${file} 的部件 ${name} 解压后大得不正常(压缩炸弹,或上百万个空的带格式行)。没有打开。请删掉多余的空行后另存再试。`,
      en: `${file}: the part ${name} inflates to an abnormal size (a zip bomb, or millions of empty formatted rows). It was not opened. Delete the empty rows, save a copy and try again.`,
    },
    { file, value: part },
  );
}

/** What `read` gives; null where it meets a part that cannot be read and need not be. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
