/** Of many numbers. `Math.max(...values)` fails where there are more than the stack holds. Pure. */

/** @returns `least` where no value is larger */
export function largest(values: Iterable<number>, least = -Infinity): number {
  let most = least;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** @returns `most` where no value is smaller */
export function smallest(values: Iterable<number>, most = Infinity): number {
  let least = most;
  for (const value of values) least = Math.min(least, value);
  return least;
}
