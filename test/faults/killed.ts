import { run } from '../../src/cli.ts';
import { testIo } from '../save/write-text.ts';
import { armFaults } from './faults.ts';

// One command in a process of its own, which kills itself at the given point: SIGKILL, as from outside.

const [folder = '', at = '0', half = '', ...argv] = process.argv.slice(2);
armFaults(Number(at), { kind: 'kill', half: half === 'half' }, () => {
  process.kill(process.pid, 'SIGKILL');
});
void run(testIo(folder, { argv, env: { FUNNEL_USER: '王芳', FUNNEL_LANG: 'zh' } }));
