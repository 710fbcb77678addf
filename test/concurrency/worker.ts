import { run } from '../../src/cli.ts';
import { testIo } from '../save/write-text.ts';

// One of several people at one book: COUNT commands one after the other, each exit code on a line.

const [folder = '', name = '', who = '', count = '0', wait = '0'] = process.argv.slice(2);

async function work(): Promise<void> {
  for (let n = 0; n < Number(count); n++) {
    const words =
      n % 2 === 0
        ? ['log', '甲方机械', `${who}-${n}`, '--type', '电话']
        : ['add-lead', '--customer', `${who}-${n}`, '--contact', '李总', '--phone', '13800000000'].concat([
            '--tags',
            'CRM',
            '--source',
            '行业展会',
          ]);
    const argv = [...words, '--file', name, '--wait', wait];
    const errors: string[] = [];
    const io = testIo(folder, {
      argv,
      env: { FUNNEL_USER: who, FUNNEL_LANG: 'zh' },
      now: () => Date.now(),
      err: (text) => errors.push(text),
    });
    const code = await run(io);
    process.stdout.write(`${JSON.stringify({ what: `${who}-${n}`, code, err: errors.join('') })}\n`);
  }
}

void work();
