/** How a space is shared between the graph and the details beside or below it. Pure. */

/** Least size of either part, in pixels. */
const LEAST = 140;

/**
 * Size of the details that is nearest to what is wanted.
 * @param whole - of both parts, in pixels
 */
export function sideSize(wanted: number, whole: number): number {
  const most = Math.max(0, whole - LEAST);
  return Math.round(Math.min(most, Math.max(Math.min(LEAST, whole / 2), wanted)));
}
