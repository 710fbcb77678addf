/** The one table of exit codes (README prints it too). 1 is Node's own code for a crash, so cron can tell it from findings. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  file: 3,
  refused: 4,
  busy: 5,
  notify: 6,
  findings: 10,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
