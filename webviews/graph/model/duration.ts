/** A length of time as it is told while one waits. Pure. */

/** `8 s`, `3 min`, `1 h 5 min`. */
export function durationWords(seconds: number): string {
  if (seconds < 1) return '1 s';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
