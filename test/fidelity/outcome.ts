/** What came of one command line. */
export interface Outcome {
  readonly argv: readonly string[];
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Control characters, ANSI escapes and bidi marks: never to a terminal. */
export const RAW = /(?![\t\n])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * What is wrong with how a command ended on a bad file. `says`: what must be said, with exit 3 (5 or 4 for what cannot be
 * written); absent where the file works all the same.
 */
export function outcomeFaults(
  { argv, code, out, err }: Outcome,
  says: RegExp | undefined,
  path: string,
): string[] {
  const what = `funnel ${argv[0]} ${argv.includes('--json') ? '--json ' : ''}(exit ${code})`;
  const faults: string[] = [];
  const isImport = argv[0] === 'import';
  // A list may be wider or longer than a table of customers, and lack what a table needs.
  const allowed = says && !isImport ? [3] : [0, 2, 3, 4, 10];
  if (!allowed.includes(code)) faults.push(`${what}: ${err || out}`);
  if (/\n\s+at |Error:|node:internal/.test(err + out)) faults.push(`${what}: a stack trace: ${err}`);
  if (RAW.test(err) || RAW.test(out))
    faults.push(`${what}: raw control characters: ${JSON.stringify(err.slice(0, 300))}`);
  if (code !== 3) return faults;
  if (argv.includes('--json')) {
    const { error } = JSON.parse(out) as { error?: { code?: string; message?: string; file?: string } };
    if (error?.code !== 'file' || !error.file || !error.message) faults.push(`${what}: ${out}`);
    return faults;
  }
  if (err.trim().split('\n').length !== 1) faults.push(`${what}: not one line: ${err}`);
  if (says && !isImport && !says.test(err)) faults.push(`${what}: ${err}`);
  if (!names(err, path)) faults.push(`${what}: does not name the file: ${err}`);
  return faults;
}

function names(message: string, path: string): boolean {
  const parts = path.split('/');
  return [parts.at(-1), parts.at(-1)?.replace(/\.\w+$/, ''), parts.at(-2)].some(
    (part) => part && message.includes(part),
  );
}
