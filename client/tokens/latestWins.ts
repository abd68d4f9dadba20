/**
 * Runs a task so that at most one is in flight and the last request always wins: a request made meanwhile cancels
 * the run and starts another when it has settled. A thousand requests in a second cost as many runs as fit, not a thousand.
 */
export class LatestWins {
  private running: AbortController | undefined;
  private wanted = false;
  private disposed = false;

  /**
   * @param run - does the work; ends early when the signal aborts. Its failures are its own to report.
   * @param tick - waits before each run, so that requests made in one turn become one.
   */
  constructor(
    private readonly run: (signal: AbortSignal) => Promise<void>,
    private readonly tick: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, 0)),
  ) {}

  /** Asks for a run with the state as it is now. */
  request(): void {
    if (this.disposed) return;
    this.wanted = true;
    if (this.running) this.running.abort();
    else void this.loop();
  }

  dispose(): void {
    this.disposed = true;
    this.wanted = false;
    this.running?.abort();
  }

  private async loop(): Promise<void> {
    while (this.wanted) {
      this.running = new AbortController();
      await this.tick();
      // Requests up to here are served by this run; later ones abort it.
      this.wanted = false;
      if (this.running.signal.aborted) this.running = new AbortController();
      if (!this.disposed) await this.run(this.running.signal).catch(() => undefined);
      this.running = undefined;
    }
  }
}
