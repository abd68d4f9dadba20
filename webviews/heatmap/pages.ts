/** How a table that would be too large is cut into parts that are shown one at a time. Pure. */

/** At most so many rows and columns at once: browsers lay out tables slowly. */
export const PAGE = { rows: 100, columns: 50 };

/** Part of a range of lines, with where it stands. */
export interface Page {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly count: number;
  readonly number: number;
}

/** The page of this number, or the last one. */
export function pageOf(count: number, size: number, number: number): Page {
  const pages = Math.max(1, Math.ceil(count / size));
  const within = Math.max(0, Math.min(number, pages - 1));
  return { from: within * size, to: Math.min(count, (within + 1) * size), count: pages, number: within };
}
