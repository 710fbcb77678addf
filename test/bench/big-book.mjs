// `node test/bench/big-book.mjs FILE [DEALS] [EVENTS]`: a big book as Excel saves it (shared strings, styles, spans, an address on
// every cell), invented and the same every time. 100,000 商机 and 500,000 events are about 40 MB, 350 MB inflated: never commit one.
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { crc32, createDeflateRaw } from 'node:zlib';

const TRACKING = [
  [
    '客户名称',
    '联系人',
    '联系方式',
    '所属行业',
    '客户规模',
    '需求标签',
    '来源渠道',
    '线索录入日期',
    '当前阶段',
    '预计成交日期',
  ],
  [
    '预计金额',
    '销售负责人',
    '跟进记录',
    '商机编号',
    '来源优先级',
    '意向等级',
    '需求明确度',
    '预算匹配度',
    '决策周期',
    '预算范围',
  ],
  [
    '客户关注点',
    '下次跟进日期',
    '合同金额',
    '合同编号',
    '合同签订日期',
    '交付负责人',
    '交付日期',
    '满意度',
    '区域',
  ],
].flat();
const LOG = '序号 日期 商机编号 客户名称 类型 原阶段 新阶段 检查项 内容 证据 操作人 标记 记录时间'.split(' ');
const STAGES = ['线索获取', '需求挖掘', '方案呈现', '谈判推进', '成交签约', '售后维护'];
const OWNERS = [
  '王芳',
  '李强',
  '张敏',
  '刘洋',
  '陈静',
  '赵磊',
  '孙悦',
  '周杰',
  '吴婷',
  '郑浩',
  '冯雪',
  '褚峰',
];
const PLACES = '华东 华南 华北 华中 西南 西北 东北 江南 滨海 长江 黄河 泰山'.split(' ');
const TRADES = '机械 电子 包装 物流 食品 化工 纺织 医药 建材 能源 软件 环保'.split(' ');
const SIZES = ['20-99人', '100-500人', '500-1000人', '1000人以上'];
const CHANNELS = ['行业展会', '官网咨询', '客户转介绍', '电话营销', '线上广告'];
const TALK =
  '沟通了现有系统的问题 客户要求补充报价明细 约好下周到现场看产线 技术部提出接口方面的疑问 采购负责人出差,改期再谈 确认了预算和上线时间 发送案例集,客户表示有兴趣 竞争对手报价更低,需要申请折扣'.split(
    ' ',
  );
const KINDS = ['电话', '微信', '邮件', '会议', '拜访'];
/** 2021-01-04 and 2026-11-25 as Excel's serials. */
const [FIRST, LAST] = [44200, 46351];

/** Writes the book; with it, how many bytes its parts have inflated. */
export async function makeBigBook(path, deals = 100_000, events = 500_000) {
  await rm(path, { force: true });
  const strings = shareStrings();
  const stories = Array.from({ length: deals }, (_, index) => tellStory(index, deals, events));
  const zip = await openZip(path);
  await zip.add('[Content_Types].xml', [CONTENT_TYPES]);
  await zip.add('_rels/.rels', [ROOT_RELS]);
  await zip.add('xl/workbook.xml', [WORKBOOK]);
  await zip.add('xl/_rels/workbook.xml.rels', [WORKBOOK_RELS]);
  await zip.add('xl/worksheets/sheet1.xml', sheetXml(TRACKING, deals, strings, trackingRows(stories)));
  await zip.add('xl/worksheets/sheet2.xml', sheetXml(LOG, events, strings, logRows(stories)));
  await zip.add('xl/styles.xml', [STYLES]);
  await zip.add('xl/sharedStrings.xml', strings.xml());
  await zip.add('docProps/app.xml', [APP]);
  return zip.finish();
}

/** One 商机, from its entry to where it stands: mostly long closed, as in any old book. */
function tellStory(index, deals, events) {
  const random = randomFrom(index + 1);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const count = Math.floor(((index + 1) * events) / deals) - Math.floor((index * events) / deals);
  const entered = FIRST + Math.floor((index / deals) * (LAST - FIRST)) + 0;
  const recent = entered > LAST - 150;
  const reached = Math.min(Math.floor(random() * random() * 7), 5, count - 1);
  const end = random() < (recent ? 0.35 : 0.93) ? (reached === 5 ? '老客户池' : '流失') : null;
  const owner = pick(OWNERS);
  const name = `${pick(PLACES)}${pick(TRADES)}${String(index + 1).padStart(6, '0')}有限公司`;
  const story = {
    id: `${idPrefix(entered)}${String((index % 900) + 1).padStart(3, '0')}`,
    name,
    owner,
    entered,
    random,
    pick,
    events: [],
  };
  const moves = [...STAGES.slice(0, reached + 1), ...(end && count > reached + 1 ? [end] : [])];
  const span = Math.min(LAST - entered, recent ? LAST - entered : 200);
  for (let n = 0; n < count; n++) {
    const date = entered + Math.floor((span * n) / count);
    const to = moves[n];
    const from = n === 0 ? null : moves[Math.min(n, moves.length) - 1];
    const type =
      n === 0
        ? '新增'
        : to === undefined
          ? '跟进'
          : to === '流失'
            ? '流失'
            : to === '老客户池'
              ? '入池'
              : '推进';
    const content =
      type === '跟进'
        ? `方式=${pick(KINDS)}；${pick(TALK)}(${index % 5000}-${n})`
        : type === '流失'
          ? '原因=价格'
          : null;
    story.events.push({
      date,
      type,
      from: to === undefined || n === 0 ? null : from,
      to: to ?? null,
      content,
    });
  }
  const last = moves[Math.min(moves.length, count) - 1];
  story.stage = last === '流失' ? '流失' : last;
  story.reached = reached;
  return story;
}

function* trackingRows(stories) {
  for (const story of stories) {
    const { name, owner, entered, events, pick, random, reached } = story;
    const follow = events
      .filter(({ type }) => type === '跟进')
      .map(({ date, content }) => `${iso(date)}:${content.slice(content.indexOf('；') + 1)}`);
    const amount = (1 + Math.floor(random() * 300)) * 5000;
    const contract = reached >= 4;
    yield [
      name,
      `${pick(['李', '王', '张', '刘', '陈'])}${pick(['总', '经理', '主任', '工'])}`,
      `13${String(100000000 + ((entered * 7919 + amount * 31 + follow.length) % 899999999)).padStart(9, '0')}`,
      `${pick(TRADES)}制造`,
      pick(SIZES),
      `需要${pick(TRADES)}系统、${pick(['上云', '对接ERP', '移动端'])}`,
      pick(CHANNELS),
      date(entered),
      story.stage,
      date(entered + 90 + Math.floor(random() * 120)),
      money(amount),
      owner,
      follow.length > 0 ? [`${iso(entered)}:首次沟通`, ...follow].join(';') : null,
      story.id,
      pick(['A', 'B', 'C']),
      reached >= 1 ? pick(['高意向', '中意向', '低意向']) : null,
      reached >= 1 ? pick(['明确', '部分明确']) : null,
      reached >= 1 ? pick(['充足', '待确认']) : null,
      reached >= 1 ? pick(['≤1个月', '1-3个月', '>3个月']) : null,
      reached >= 1 ? `${10 + (amount % 7)}-${30 + (amount % 11)}万` : null,
      reached >= 2 ? pick(['数据安全', '实施周期', '售后响应']) : null,
      null,
      contract ? money(amount) : null,
      contract ? `HT-${story.id.slice(1)}` : null,
      contract ? date(events.at(-1).date) : null,
      reached === 5 ? owner : null,
      reached === 5 ? date(events.at(-1).date) : null,
      reached === 5 ? 4 : null,
      pick(PLACES),
    ];
  }
}

function* logRows(stories) {
  let seq = 0;
  for (const { id, name, owner, events } of stories)
    for (const { date: day, type, from, to, content } of events) {
      seq++;
      const time = `${iso(day)} ${String(8 + (seq % 10)).padStart(2, '0')}:${String(seq % 60).padStart(2, '0')}:${String((seq * 7) % 60).padStart(2, '0')}`;
      yield [seq, date(day), id, name, type, from, to, null, content, null, owner, null, time];
    }
}

const date = (serial) => ({ serial });
const money = (yuan) => ({ yuan });

/** One worksheet, row by row, in Excel's dialect. */
function* sheetXml(headers, count, strings, rows) {
  const letters = headers.map((_, index) => (index < 26 ? '' : 'A') + String.fromCharCode(65 + (index % 26)));
  const spans = `1:${headers.length}`;
  const cell = (value, row, col) => {
    if (value === null) return '';
    const at = `${letters[col]}${row}`;
    if (typeof value === 'string') return `<c r="${at}" s="1" t="s"><v>${strings.indexOf(value)}</v></c>`;
    if (typeof value === 'number') return `<c r="${at}" s="1"><v>${value}</v></c>`;
    return 'serial' in value
      ? `<c r="${at}" s="2"><v>${value.serial}</v></c>`
      : `<c r="${at}" s="3"><v>${value.yuan}</v></c>`;
  };
  const rowXml = (values, row) =>
    `<row r="${row}" spans="${spans}" x14ac:dyDescent="0.2">${values.map((value, col) => cell(value, row, col)).join('')}</row>`;
  yield `${DECLARATION}<worksheet xmlns="${MAIN}" xmlns:r="${REL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"><dimension ref="A1:${letters.at(-1)}${count + 1}"/><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="14.25" x14ac:dyDescent="0.2"/><cols><col min="1" max="${headers.length}" width="14.6640625" customWidth="1"/></cols><sheetData>`;
  yield rowXml(headers, 1);
  let row = 1;
  let piece = '';
  for (const values of rows) {
    row++;
    piece += rowXml(values, row);
    if (piece.length > 60_000) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}</sheetData><autoFilter ref="A1:${letters.at(-1)}${count + 1}"/><phoneticPr fontId="1" type="noConversion"/><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>`;
}

function shareStrings() {
  const known = new Map();
  let uses = 0;
  return {
    indexOf(text) {
      uses++;
      const index = known.get(text) ?? known.size;
      if (index === known.size) known.set(text, index);
      return index;
    },
    *xml() {
      yield `${DECLARATION}<sst xmlns="${MAIN}" count="${uses}" uniqueCount="${known.size}">`;
      let piece = '';
      for (const text of known.keys()) {
        piece += `<si><t>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</t><phoneticPr fontId="1" type="noConversion"/></si>`;
        if (piece.length > 60_000) {
          yield piece;
          piece = '';
        }
      }
      yield `${piece}</sst>`;
    },
  };
}

/** A zip writer for parts that are made piece by piece: each is deflated to the file, its header filled in afterwards. */
async function openZip(path) {
  const directory = [];
  let offset = 0;
  let inflated = 0;
  return {
    async add(name, pieces) {
      let crc = 0;
      let size = 0;
      const counted = function* () {
        for (const piece of pieces) {
          const bytes = Buffer.from(piece);
          crc = crc32(bytes, crc);
          size += bytes.length;
          yield bytes;
        }
      };
      const header = Buffer.alloc(30 + name.length);
      const start = offset;
      const file = await open(path, start === 0 ? 'w' : 'r+');
      await file.write(header, 0, header.length, start);
      await file.close();
      const out = createWriteStream(path, { flags: 'r+', start: start + header.length });
      await pipeline(counted(), createDeflateRaw({ level: 6 }), out);
      header.writeUInt32LE(0x04034b50, 0);
      for (const [at, value] of [
        [4, 20],
        [10, 0],
        [12, 0x21],
        [26, name.length],
      ])
        header.writeUInt16LE(value, at);
      header.writeUInt16LE(8, 8);
      header.writeUInt32LE(crc, 14);
      header.writeUInt32LE(out.bytesWritten, 18);
      header.writeUInt32LE(size, 22);
      header.write(name, 30);
      const again = await open(path, 'r+');
      await again.write(header, 0, header.length, start);
      await again.close();
      const central = Buffer.alloc(46 + name.length);
      central.writeUInt32LE(0x02014b50, 0);
      central.writeUInt16LE(20, 4);
      header.copy(central, 6, 4, 28);
      central.writeUInt16LE(name.length, 28);
      central.writeUInt32LE(start, 42);
      central.write(name, 46);
      directory.push(central);
      offset = start + header.length + out.bytesWritten;
      inflated += size;
    },
    async finish() {
      const end = Buffer.alloc(22);
      const size = directory.reduce((sum, record) => sum + record.length, 0);
      end.writeUInt32LE(0x06054b50, 0);
      end.writeUInt16LE(directory.length, 8);
      end.writeUInt16LE(directory.length, 10);
      end.writeUInt32LE(size, 12);
      end.writeUInt32LE(offset, 16);
      const file = await open(path, 'r+');
      await file.write(Buffer.concat([...directory, end]), 0, size + 22, offset);
      await file.close();
      return { bytes: offset + size + 22, inflated };
    },
  };
}

/** A small generator of its own for each 商机: the same number gives the same story. */
function randomFrom(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function iso(serial) {
  return new Date((serial - 25569) * 86_400_000).toISOString().slice(0, 10);
}

function idPrefix(serial) {
  return `L${iso(serial).replaceAll('-', '')}-`;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const CONTENT_TYPES = `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/></Types>`;
const ROOT_RELS = `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const WORKBOOK = `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${REL}"><fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="22228"/><workbookPr defaultThemeVersion="166925"/><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="12375"/></bookViews><sheets><sheet name="客户信息跟踪表" sheetId="1" r:id="rId1"/><sheet name="过程记录" sheetId="2" r:id="rId2"/></sheets><definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">客户信息跟踪表!$A$1:$AC$2</definedName></definedNames><calcPr calcId="191029"/></workbook>`;
const WORKBOOK_RELS = `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${REL}/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="${REL}/styles" Target="styles.xml"/><Relationship Id="rId4" Type="${REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`;
const STYLES = `${DECLARATION}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><sz val="9"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="center"/></xf><xf numFmtId="176" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`;
const APP = `${DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Microsoft Excel</Application></Properties>`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [path = '', deals = '100000', events = '500000'] = process.argv.slice(2);
  const { bytes, inflated } = await makeBigBook(path, Number(deals), Number(events));
  console.log(`${path}: ${(bytes / 1e6).toFixed(1)} MB, ${(inflated / 1e6).toFixed(0)} MB inflated`);
}
