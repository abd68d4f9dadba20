/** How a space is shared between the graph and the details beside or below it. Pure. */

/** Least size of either part, in pixels. The style sheet gives the whole twice as much below each other. */
export const LEAST = { beside: 140, below: 200 };

/**
 * Size of the details that is nearest to what is wanted.
 * @param whole - of both parts, in pixels
 * @param least - of either part; where there is not so much room they share it
 */
export function sideSize(wanted: number, whole: number, least: number): number {
  const low = Math.min(least, whole / 2);
  return Math.round(Math.min(whole - low, Math.max(low, wanted)));
}
