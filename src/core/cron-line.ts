/** What is to be run every day, and at what time of the machine's clock. */
export interface NightJob {
  readonly hour: number;
  readonly minute: number;
  /** Program and arguments, every path absolute. */
  readonly argv: readonly string[];
  /** Where everything that is printed goes; null: cron mails it. */
  readonly log: string | null;
  /** Tells this job's line from all others. */
  readonly mark: string;
}

/**
 * The crontab line: every day (the check itself knows the team's days off), nothing taken from PATH, HOME or locale.
 * The mark stands behind as a comment of the shell; `%` would end the command in a crontab.
 */
export function cronLine({ hour, minute, argv, log, mark }: NightJob): string {
  const command = argv.map(quoteWord).join(' ');
  const output = log === null ? '' : ` >>${quoteWord(log)} 2>&1`;
  return `${minute} ${hour} * * * ${`${command}${output}`.replaceAll('%', '\\%')} # ${mark}`;
}

/** A crontab with the line in it once (where it stood, else at the end), or (null) without it. Every other line stays byte for byte. */
export function editCrontab(text: string, mark: string, line: string | null): string {
  const lines = text.split('\n');
  const isOwn = (each: string) => each.endsWith(`# ${mark}`);
  const at = lines.findIndex(isOwn);
  if (line !== null && at < 0) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
  return lines
    .flatMap((each, index) => (!isOwn(each) ? [each] : index === at && line !== null ? [line] : []))
    .join('\n');
}

/**
 * The arguments of schtasks that make the task of Windows; the check writes its log itself (there is no redirection,
 * and Windows wants a BOM). A drive letter of a network share means nothing to a task: paths must be UNC.
 */
export function createTaskArgs({ hour, minute, argv, mark }: NightJob): readonly string[] {
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const run = argv.map((word) => (/^[\w.:=-]+$/.test(word) ? word : `"${word}"`)).join(' ');
  return ['/Create', '/F', '/SC', 'DAILY', '/ST', time, '/TN', mark, '/TR', run];
}

/** The arguments that take it away again. */
export function deleteTaskArgs(mark: string): readonly string[] {
  return ['/Delete', '/F', '/TN', mark];
}

/** `schtasks …` as it is pasted into cmd: quotes inside a quoted word are escaped. */
export function taskLine(args: readonly string[]): string {
  const words = args.map((word) => (/^[\w.:/=-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`));
  return ['schtasks', ...words].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
