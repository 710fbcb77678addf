import { extname } from 'node:path';
import { writeBook } from '../app.ts';
import { assignDeals, bookOfOwner } from '../core/assign.ts';
import type { Deal } from '../core/deal.ts';
import type { Decision } from '../core/decision.ts';
import type { Grid } from '../core/grid.ts';
import { handoverGrid } from '../core/handover.ts';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import { chooseOutput } from '../output-file.ts';
import type { Reading } from '../read-book.ts';
import { renderGridCsv } from '../render/csv.ts';
import type { Session } from '../session.ts';
import { type OutputTarget, removeOutput, writeOutput } from '../storage/output.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { chooseDeals, sameDeals } from './deal-argument.ts';
import { ownerOption, textOption } from './option-values.ts';

interface Answers {
  /** Named one by one; empty with `from`. */
  readonly deals: readonly Deal[];
  /** The leaver, as the table writes the name. */
  readonly from: string | null;
  readonly target: OutputTarget | null;
}

/** The decision, and the 交接清单 that goes with it. */
interface Assigned extends Decision {
  readonly list: { readonly target: OutputTarget; readonly grid: Grid } | null;
}

export const assignCommand: CommandSpec = {
  name: 'assign',
  args: '<owner> [deals...]',
  summary: {
    zh: '换销售负责人;--from 把离职者名下全部交接',
    en: 'give deals to another owner; --from hands over everything of a leaver',
  },
  brief: {
    zh: '换销售负责人;--from 交接离职者名下全部',
    en: "give deals to another owner; --from: a leaver's all",
  },
  writes: true,
  options: [
    {
      flags: '--from <owner>',
      text: {
        zh: '这位负责人名下全部未流失的商机和老客户',
        en: 'everything of this owner that is not lost, customers included',
      },
    },
    {
      flags: '--handover <file>',
      text: { zh: '同时写一份交接清单(.xlsx 或 .csv)', en: 'write a hand-over list too (.xlsx or .csv)' },
    },
    {
      flags: '--with-phones',
      text: { zh: '交接清单里的电话不遮盖', en: 'phones in the list are not masked' },
    },
  ],
  examples: [
    'assign 李强 华东机械',
    'assign 李强 L20261123-001 L20261123-002',
    'list --owner 王芳 --stalled --format ids | funnel assign 李强 -',
    'assign 李强 --from 王芳 --dry-run',
    'assign 李强 --from 王芳 --handover 交接.xlsx --with-phones',
  ],
  run(session, [to, queries], options) {
    const owner = readOwner(to);
    const names = Array.isArray(queries) ? queries : [];
    const leaver = textOption(options, 'from');
    const file = textOption(options, 'handover');
    refuseUnclear(names, leaver, file);
    return writeBook<Answers, Assigned>(session, {
      async ask(reading) {
        const from = ownerOption(options, 'from', reading);
        if (from === owner) throw sameOwner(owner);
        const target = file === null ? null : await chooseOutput(session, reading.store, file);
        return { deals: await chooseDeals(session, reading, names), from, target };
      },
      queued: ({ deals }, nameOf) => [session.words([owner, deals.map(nameOf)])],
      decide(reading, answers) {
        const assigned = decideAssigning(reading, owner, answers);
        const n = assigned.list?.grid.rows.length ?? 0;
        const said = {
          zh: `交接清单(${n} 个商机): ${file}`,
          en: `Hand-over list (${n} deal${n === 1 ? '' : 's'}): ${file}`,
        };
        return n === 0 ? assigned : { ...assigned, notes: [...assigned.notes, said] };
      },
      async beforeSave(_reading, { list }) {
        if (list === null) return async () => {};
        const { target, grid } = list;
        await writeOutput(target, await renderList(session, target, grid, options), session.io);
        return async () => {
          if (!target.exists) await removeOutput(target.path);
        };
      },
      beside: ({ list }) => ({ text: '', json: { handover: list ? file : null }, notes: [] }),
    });
  },
};

function decideAssigning(reading: Reading, owner: string, { deals, from, target }: Answers): Assigned {
  const { book, today } = reading;
  const whole = from === null ? null : bookOfOwner(book, from);
  const moving = whole ? whole.deals : sameDeals(book, deals);
  const decision = assignDeals(book, moving, owner, today);
  const context = { ...reading, settings: book.settings };
  const list =
    target === null || moving.length === 0
      ? null
      : { target, grid: handoverGrid(moving, from, owner, context) };
  const notes = whole ? leaverNotes(from ?? '', owner, whole) : [];
  return { ...decision, list, notes: [...decision.notes, ...notes] };
}

function leaverNotes(
  from: string,
  to: string,
  { deals, closed }: ReturnType<typeof bookOfOwner>,
): readonly Message[] {
  const handed =
    deals.length === 0
      ? { zh: `${from} 名下没有要交接的商机`, en: `${from} has nothing to hand over` }
      : {
          zh: `${from} 名下 ${deals.length} 个商机交给 ${to}`,
          en: `${deals.length} deal${deals.length === 1 ? '' : 's'} of ${from} handed over to ${to}`,
        };
  const left = {
    zh: `已流失和无效的 ${closed.length} 个仍记在 ${from} 名下`,
    en: `Lost and invalid ones stay with ${from}: ${closed.length}`,
  };
  return closed.length === 0 ? [handed] : [handed, left];
}

async function renderList(
  { lang }: Session,
  { path }: OutputTarget,
  grid: Grid,
  options: OptionValues,
): Promise<Uint8Array> {
  const style = { lang, withPhones: options.withPhones === true };
  if (extname(path).toLowerCase() === '.csv') return renderGridCsv(grid, style);
  const { renderXlsx } = await import('../render/xlsx.ts');
  return renderXlsx([{ name: lang === 'zh' ? '交接清单' : 'Hand-over', grids: [grid] }], style);
}

/** The owner to come: a name, and not the id of a deal (the two are easily swapped). */
function readOwner(to: unknown): string {
  const owner = typeof to === 'string' ? to.trim() : '';
  if (owner !== '' && !/^L?\d{8}-\d+$|[\p{Cc}\p{Cf}]/iu.test(owner)) return owner;
  throw new Failure(
    'usage',
    {
      zh: `先写新的负责人,再写商机:「${owner}」不是人名。如 funnel assign 李强 L20261123-001;放回公海用 funnel release`,
      en: `First the new owner, then the deals: “${owner}” is no name. Like funnel assign 李强 L20261123-001; funnel release gives them back`,
    },
    { value: owner, expected: '李强 L20261123-001' },
  );
}

/** Either deals or a leaver, and a list of a kind that can be written. */
function refuseUnclear(names: readonly string[], leaver: string | null, file: string | null): void {
  const usage = (text: Message, expected: string) => new Failure('usage', text, { expected });
  if (names.length === 0 && leaver === null)
    throw usage(
      {
        zh: '要说明哪些商机: funnel assign 李强 L20261123-001,或某人名下全部: funnel assign 李强 --from 王芳',
        en: 'Which deals? funnel assign 李强 L20261123-001, or everything of somebody: funnel assign 李强 --from 王芳',
      },
      'L20261123-001',
    );
  if (names.length > 0 && leaver !== null)
    throw usage(
      { zh: '商机和 --from 只能给一种', en: 'Give either deals or --from, not both' },
      '--from 王芳',
    );
  if (file !== null && !/\.(?:xlsx|csv)$/i.test(file))
    throw new Failure(
      'usage',
      {
        zh: `--handover「${file}」要以 .xlsx 或 .csv 结尾`,
        en: `--handover “${file}” must end in .xlsx or .csv`,
      },
      { value: file, expected: '交接.xlsx' },
    );
}

function sameOwner(owner: string): Failure {
  return new Failure(
    'usage',
    {
      zh: `--from 和新的负责人都是 ${owner},没有什么要交接`,
      en: `Both --from and the new owner are ${owner}: there is nothing to hand over`,
    },
    { value: owner },
  );
}
