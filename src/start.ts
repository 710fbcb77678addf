import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { EXIT } from './exit.ts';
import { pickLang } from './lang.ts';
import { watchOutput } from './lost-output.ts';
import { VERSION } from './version.ts';

// The fast path: --version and --help are answered without loading the program.
const words = process.argv.slice(2);
const [only] = words;
const printed =
  words.length !== 1
    ? null
    : only === '--version' || only === '-V'
      ? `${VERSION}\n`
      : only === '--help' || only === '-h'
        ? readFileSync(join(__dirname, `help.${pickLang(words, process.env)}.txt`), 'utf8')
        : null;
if (printed === null) loadProgram(join(__dirname, 'main.cjs'));
else {
  watchOutput(
    process.stdout,
    process.stderr,
    () => pickLang(words, process.env),
    () => {
      process.exitCode = EXIT.file;
    },
  );
  process.stdout.write(printed);
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
