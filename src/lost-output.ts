import { type Lang, say } from './core/message.ts';

/** What the two streams of a program have in common for this. */
interface Stream {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  write(text: string): unknown;
}

/**
 * A reader that has gone away (`| head`) is silence; a full disk behind `>` is said on stderr, and `lost` is told: it is no
 * success. Without this either ends in a stack trace.
 */
export function watchOutput(stdout: Stream, stderr: Stream, lang: () => Lang, lost: () => void): void {
  stderr.on('error', () => {});
  stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE') return;
    const text = {
      zh: `结果写不到 stdout(${message}):输出不完整,但命令本身已经执行完。请腾出空间,或把输出放到别处再看`,
      en: `stdout cannot be written (${message}): the output is not complete, though the command itself was carried out. Free some space, or send the output elsewhere`,
    };
    stderr.write(`${say(text, lang())}\n`);
    lost();
  });
}
