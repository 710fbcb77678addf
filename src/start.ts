import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pickLang } from './lang.ts';
import { VERSION } from './version.ts';

// The fast path: --version and --help are answered without loading the program.
const words = process.argv.slice(2);
const [only] = words;
if (words.length === 1 && (only === '--version' || only === '-V')) {
  process.stdout.write(`${VERSION}\n`);
} else if (words.length === 1 && (only === '--help' || only === '-h')) {
  process.stdout.write(readFileSync(join(__dirname, `help.${pickLang(words, process.env)}.txt`), 'utf8'));
} else {
  require('./main.cjs');
}
