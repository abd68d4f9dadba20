/** What a command says besides its result: warnings always, progress where somebody watches. */

/** As much of stderr as is needed. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[K';

export class Terminal {
  private shown = false;

  constructor(private readonly screen: Screen) {}

  /** A line that stays. */
  note(line: string): void {
    this.clear();
    this.screen.write(`${line}\n`);
  }

  /** A line that the next one replaces; only on a terminal. */
  progress(line: string): void {
    if (!this.screen.isTTY) return;
    this.screen.write(CLEAR_LINE + line);
    this.shown = true;
  }

  /** Takes progress away. */
  clear(): void {
    if (this.shown) this.screen.write(CLEAR_LINE);
    this.shown = false;
  }
}
