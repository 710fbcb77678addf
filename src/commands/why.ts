import { dealName, stageNow } from '../core/draft.ts';
import { adoptNewRows } from '../core/ids.ts';
import type { Message } from '../core/message.ts';
import { missingItems } from '../core/missing.ts';
import { commandText, dealArgument } from '../core/paste.ts';
import { nextStage, stageLabel } from '../core/stages.ts';
import { visible, wrapText } from '../core/text.ts';
import { EXIT } from '../exit.ts';
import { readBook } from '../read-book.ts';
import { missingJson, refusalText } from '../write-words.ts';
import type { CommandSpec } from './command.ts';
import { chooseDeal } from './deal-argument.ts';

export const whyCommand: CommandSpec = {
  name: 'why',
  args: '<deal>',
  summary: { zh: '说明离开当前阶段前还缺什么', en: 'explain what is missing before the stage can be left' },
  writes: false,
  options: [],
  examples: ['why 华东机械', 'why L20261123-001 --json'],
  async run(session, [query], _options) {
    const reading = await readBook(session);
    const named = reading.book.adopted ? { ...reading, book: adoptNewRows(reading.book).book } : reading;
    const deal = await chooseDeal(session, named, String(query ?? ''));
    const stage = stageNow(deal);
    const to = stage && nextStage(stage);
    const { blocking, warnings } =
      stage && to ? missingItems(named.book, deal, stage, to, reading.today) : { blocking: [], warnings: [] };
    if (session.options.json) {
      session.json({
        id: reading.book.adopted ? deal.row.id : null,
        stage,
        to,
        missing: blocking.map((item) => missingJson(item, session.lang)),
      });
      return EXIT.done;
    }
    for (const warning of warnings) session.note(warning);
    const name = dealName(deal);
    const advance = commandText(named.book, 'advance', dealArgument(deal));
    const names = { from: stage && stageLabel(stage), to: to && stageLabel(to) };
    const text: Message =
      !names.from || !names.to
        ? {
            zh: `${name}(${deal.row.stageWord})没有下一阶段`,
            en: `${name} (${names.from?.en ?? deal.row.stageWord}) has no next stage`,
          }
        : blocking.length > 0
          ? {
              zh: `${name} 离开「${names.from.zh}」前还缺 ${blocking.length} 项:`,
              en: `${name}: ${blocking.length} missing before leaving ${names.from.en}:`,
            }
          : {
              zh: `${name} 条件已齐,可以推进到「${names.to.zh}」: ${advance}`,
              en: `${name}: nothing is missing; move to ${names.to.en}: ${advance}`,
            };
    const said = visible(session.say(refusalText(named.book, { refused: true, text, missing: blocking })), {
      newlines: true,
    });
    // A command to be pasted stays on one line.
    session.print(
      said
        .split('\n')
        .flatMap((line) => (line.includes('funnel ') ? line : wrapText(line, session.style.columns)))
        .join('\n'),
    );
    return EXIT.done;
  },
};
