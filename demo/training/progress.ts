/** Prints one line every few seconds: how far a stage is and how long it will still take. */
export class Progress {
  private readonly began = Date.now();
  private printed = 0;

  /** `start` is where a resumed stage goes on. */
  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly start = 0,
  ) {}

  report(done: number, detail: string): void {
    const now = Date.now();
    if (now - this.printed < 5000 && done < this.total) return;
    this.printed = now;
    const seconds = (now - this.began) / 1000;
    const left = done > this.start ? (seconds * (this.total - done)) / (done - this.start) : NaN;
    console.log(`${this.what} ${done}/${this.total}  ${detail}  ${clock(seconds)} gone, ${clock(left)} left`);
  }
}

/** Seconds as m:ss. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
