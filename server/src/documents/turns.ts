/** Jobs that must not overlap, by key: each waits for the one before it, in the order they came. */
export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  /** Runs a job when all earlier ones of the key have ended, however they ended. */
  take<T>(key: string, job: () => Promise<T>): Promise<T> {
    const mine = (this.last.get(key) ?? Promise.resolve()).then(job);
    const over = mine.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(key, over);
    void over.then(() => {
      if (this.last.get(key) === over) this.last.delete(key);
    });
    return mine;
  }
}
