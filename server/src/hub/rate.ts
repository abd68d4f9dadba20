/** How fast a download goes, and how long it will take. */
import { byteSize } from '../../../protocol/wording';

/** What came within so many ms is what the speed is taken from. */
const WINDOW_MS = 10_000;
/** A speed taken from less time is chance. */
const LEAST_MS = 1000;

export class Rate {
  private readonly seen: { readonly at: number; readonly done: number }[] = [];

  /**
   * @param done bytes that are there
   * @param of bytes in all
   * @param now in ms
   * @returns e.g. `12 MiB of 100 MiB, 4 MiB/s, 22 s left`
   */
  text(done: number, of: number, now: number): string {
    this.seen.push({ at: now, done });
    while (this.seen[0]!.at < now - WINDOW_MS) this.seen.shift();
    const first = this.seen[0]!;
    const reached = `${byteSize(done)} of ${byteSize(of)}`;
    const speed = (1000 * (done - first.done)) / (now - first.at);
    if (now - first.at < LEAST_MS || speed <= 0 || done >= of) return reached;
    return `${reached}, ${byteSize(speed)}/s, ${timeLeft((of - done) / speed)} left`;
  }
}

function timeLeft(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
