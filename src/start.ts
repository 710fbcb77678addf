import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
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
  loadProgram(join(__dirname, 'main.cjs'));
}

/**
 * `require` with what V8 made of the program when it was built (main.cache, beside it): compiling takes longer than many
 * a command. Another Node than the one that built it passes the cache over.
 */
function loadProgram(file: string): void {
  const cachedData = readCache(join(__dirname, 'main.cache'));
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`;
  const script = new Script(source, { filename: file, ...(cachedData ? { cachedData } : {}) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, __dirname);
  // Asked for by the build, once the program has run: functions that were used are in the cache too.
  if (process.env.FUNNEL_BUILD_CACHE)
    process.on('exit', () => writeFileSync(join(__dirname, 'main.cache'), script.createCachedData()));
}

function readCache(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
