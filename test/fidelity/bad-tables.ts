import { type BadFile, GOOD } from './bad-workbooks.ts';

const HEAD = '客户名称,联系人,当前阶段,预计金额\r\n';
const ROW = '示例机械,李总,线索获取,15万\r\n';

const csv = (
  why: string,
  content: string | Uint8Array | (() => string),
  says?: RegExp,
  heavy = false,
): BadFile => ({
  why,
  name: '客户信息跟踪表.csv',
  bytes: () => Buffer.from(typeof content === 'function' ? content() : content),
  ...(says ? { says } : {}),
  ...(heavy ? { heavy } : {}),
});
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
const gbk = (hex: string) =>
  Buffer.concat([Buffer.from('bfcdbba7c3fbb3c62cb5b1c7b0bdd7b6ce0d0a', 'hex'), Buffer.from(hex, 'hex')]);

/** CSV tables that are none, or hardly any. */
export const BAD_TABLES: readonly BadFile[] = [
  csv('an empty file', '', /空|表头|找不到/),
  csv('a byte order mark alone', '\uFEFF', /空|表头|找不到/),
  csv('line breaks alone', '\r\n\r\n\r\n', /表头|找不到/),
  csv('delimiters alone', ',,,\r\n,,,\r\n', /表头|找不到/),
  csv('a header alone', HEAD),
  csv('a header without a line break', HEAD.trim()),
  csv('no header', '1,2,3\r\n4,5,6\r\n', /表头|找不到/),
  csv('a header twice', `客户名称,当前阶段,当前阶段\r\n甲,线索获取,线索获取\r\n`, /两列/),
  csv(
    'a header with line breaks and without 客户名称: told in one line',
    '"客户\n名字",联系人,联系方式,需求标签,来源渠道,当前阶段\r\n甲,乙,13800000000,CRM,行业展会,线索获取\r\n',
    /客户 名字/,
  ),
  csv('a header without 当前阶段', '客户名称,联系人\r\n甲,乙\r\n', /当前阶段/),
  csv(
    'columns called __proto__ and constructor',
    '客户名称,当前阶段,__proto__,constructor\r\n甲,线索获取,x,y\r\n',
  ),
  csv('a NUL byte', `${HEAD}示例\0机械,李总,线索获取,15万\r\n`, /2/),
  csv('a NUL byte in the header', `客户\0名称,当前阶段\r\n`, /1/),
  csv('a record too long', `${HEAD}${ROW}甲,乙,线索获取,1,2,3\r\n`, /3/),
  csv('a record too short', `${HEAD}${ROW}甲,乙\r\n`, /3/),
  csv('a quote that never closes', `${HEAD}"示例机械,李总,线索获取,15万\r\n${ROW}`, /2/),
  csv('a quote that never closes at the very end', `${HEAD}${ROW}"`, /3/),
  csv('text behind a closing quote', `${HEAD}"示例"机械,李总,线索获取,15万\r\n`, /2/),
  csv(
    'a byte that is no UTF-8',
    Buffer.concat([
      Buffer.from(`\uFEFF${HEAD}示例`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('机械,李总,线索获取,1\r\n'),
    ]),
    /2/,
  ),
  csv('UTF-8 cut off in a character', Buffer.from(`\uFEFF${HEAD}示例`).subarray(0, -1), /2/),
  csv(
    'overlong UTF-8',
    Buffer.concat([
      Buffer.from(`\uFEFF${HEAD}`),
      Buffer.from([0xc0, 0xaf]),
      Buffer.from(',b,线索获取,1\r\n'),
    ]),
    /2/,
  ),
  csv('GB18030 cut off in a character', gbk('b7'), /2/),
  csv('a byte that is no GB18030', gbk('ff2cb1b1\r\n'), /2/),
  csv('a half of a four-byte GB18030 character', gbk('81302cb1b10d0a'), /2/),
  csv('UTF-16 with an odd byte', Buffer.concat([utf16(HEAD + ROW), Buffer.from([0x41])]), /./),
  csv('UTF-16 with half a surrogate pair', utf16(`${HEAD}甲\ud800,乙,线索获取,1\r\n`), /2/),
  csv('UTF-16, big end first', Buffer.from(utf16(HEAD + ROW)).swap16()),
  csv('UTF-32', Buffer.from('fffe0000a25b000037620000', 'hex'), /./),
  csv('a workbook called .csv', GOOD, /./),
  csv(
    'an old .xls called .csv',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
    /./,
  ),
  csv('gzip called .csv', Buffer.from('1f8b08000000000000034b4c4a0600c241243503000000', 'hex'), /./),
  csv('a picture called .csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /./),
  csv('a web page called .csv', '<html><body>请先登录</body></html>', /表头|找不到/),
  csv('lines that end in CR', (HEAD + ROW).replaceAll('\r\n', '\r')),
  csv('mixed line ends', HEAD.replace('\r', '') + ROW + ROW.replace('示例', '样例').replace('\r', '')),
  csv('formulas and commands in cells', `${HEAD}"=cmd|' /C calc'!A0",+1,线索获取,@SUM(1)\r\n`),
  csv('control characters in cells', `${HEAD}\u001b]0;x\u0007\u001b[31m甲\u202e,\u0085,线索获取,1\r\n`),
  csv(
    '16,384 columns',
    () =>
      `客户名称,当前阶段,${Array.from({ length: 16_382 }, (_, index) => `列${index}`).join(',')}\r\n甲,线索获取${','.repeat(16_382)}\r\n`,
    undefined,
    true,
  ),
  csv(
    'a million columns',
    () => `客户名称,当前阶段${','.repeat(1_000_000)}\r\n`,
    /1000002 格.*16384 列/,
    true,
  ),
  csv('a million empty records', () => HEAD + ROW + ',,,\r\n'.repeat(1_000_000), undefined, true),
  csv('two million empty lines', () => HEAD + ROW + '\r\n'.repeat(2_000_000), undefined, true),
  csv('40 MB in a cell', () => `${HEAD}${'甲'.repeat(14_000_000)},乙,线索获取,1\r\n`, undefined, true),
  csv('40 MB on one line without a delimiter', () => 'x'.repeat(40_000_000), /表头|找不到/, true),
  csv('40 MB of quotes', () => `${HEAD}${'"'.repeat(40_000_001)}`, /2/, true),
  csv('zeros', Buffer.alloc(65_536), /./),
];
