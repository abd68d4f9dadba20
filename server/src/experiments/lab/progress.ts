/** How far a run has come, in words. */
import type { RunResult } from '../../../../protocol/experiments';

/** `z: 12 of 144 cells, about 8 s left` */
export function progressWords({ name, done, total, state, cost }: RunResult): string {
  const cells = `${name}: ${done} of ${total}`;
  if (state !== 'running' || cost.secondsLeft === null) return cells;
  return `${cells}, about ${durationWords(cost.secondsLeft)} left`;
}

/** `8 s`, `3 min` */
export function durationWords(seconds: number): string {
  if (seconds < 1) return '1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
