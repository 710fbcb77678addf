/** The world, as a value: everything the program may touch outside its files. main.ts builds the real one, tests their own. */
export interface Io {
  readonly argv: readonly string[];
  /** What runs this program: Node and the script, absolute. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since the epoch; the only clock. */
  now(): number;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
  readonly platform: string;
  /** Of Node itself: 20.17.0. */
  readonly nodeVersion: string;
  /** The code page of a Windows console (936: Chinese); null where there is none. */
  readonly codePage: number | null;
  readonly pid: number;
  readonly hostname: string;
  /** The system's user, if it says. */
  readonly user: string | null;
  /** Data. Collected and written whole before the program ends. */
  out(text: string): void;
  /** Messages. */
  err(text: string): void;
  readStdin(): Promise<Uint8Array>;
  /** Shows what `out` has collected: in a pager where it is longer than the screen. Absent where there is no terminal. */
  page?(): void;
  /** How the system asks the program to stop; absent: then it just ends. */
  readonly stops?: Stops;
  /** The keyboard and the screen themselves, for questions; absent where there is no terminal. */
  readonly terminal?: Terminal;
}

export interface Stops {
  /**
   * From now on, until the result is called, Ctrl-C, SIGTERM and SIGHUP end nothing: there are files to be cleared away (a
   * lock, a half-written copy). Asked a second time, the program ends all the same.
   */
  hold(): () => void;
  /** Whether it was asked to stop. */
  asked(): boolean;
}

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Writes what `out` has collected: what was said before a question stands above it. */
  flush(): void;
  /** Calls back instead of ending at Ctrl-C where the terminal itself turns it into a signal, until the result is called. */
  onInterrupt(listener: () => void): () => void;
}
