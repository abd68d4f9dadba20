/**
 * What was read of windows, by the tokens they hold. In a causal model a token's numbers depend on the tokens before it
 * alone, so a window that begins like another one has the other's numbers as far as they agree.
 */
import { LeastRecentlyUsed } from './leastRecentlyUsed';

/** Numbers of one kind, `width` a token; token i has those from i * width. */
export interface Column {
  readonly width: number;
  readonly data: Float32Array | Int32Array;
}

export type Columns = ReadonlyMap<string, Column>;

interface Entry {
  readonly ids: Int32Array;
  readonly columns: Columns;
}

/** Windows that agree in so many first tokens are looked through for the longest agreement. */
const KEYED = 8;
/** Of those, so many are kept: each keystroke leaves one, and so does each of many lines that begin alike. */
const MOST_ALIKE = 64;

export class ColumnCache {
  private readonly alike: LeastRecentlyUsed<string, readonly Entry[]>;

  /**
   * @param mostBytes of numbers, about
   * @param isCausal false: only a window of exactly the same tokens has the same numbers
   */
  constructor(
    mostBytes: number,
    private readonly isCausal: boolean,
  ) {
    this.alike = new LeastRecentlyUsed(mostBytes, (entries) =>
      entries.reduce((sum, entry) => sum + entry.ids.byteLength + weight(entry.columns), 0),
    );
  }

  /** Columns that hold for the first `length` tokens of a window, when all those named are known; they may be longer. */
  find(ids: Int32Array, length: number, names: readonly string[]): Columns | undefined {
    const compared = this.isCausal ? length : ids.length;
    return this.alike
      .get(key(ids))
      ?.find(
        ({ ids: other, columns }) =>
          (this.isCausal || other.length === ids.length) &&
          names.every((name) => columns.has(name)) &&
          agree(ids, other, compared),
      )?.columns;
  }

  /** All that is known of exactly this window. */
  known(ids: Int32Array): Columns {
    return this.exact(ids)?.columns ?? new Map();
  }

  /** Adds columns of a whole window to what is known of it, and returns all. */
  put(ids: Int32Array, columns: Columns): Columns {
    const bucket = key(ids);
    const entries = this.alike.get(bucket) ?? [];
    const same = this.exact(ids);
    const entry = { ids, columns: new Map([...(same?.columns ?? []), ...columns]) };
    this.alike.set(bucket, [entry, ...entries.filter((other) => other !== same)].slice(0, MOST_ALIKE));
    return entry.columns;
  }

  clear(): void {
    this.alike.clear();
  }

  private exact(ids: Int32Array): Entry | undefined {
    const entries = this.alike.get(key(ids));
    return entries?.find((entry) => entry.ids.length === ids.length && agree(ids, entry.ids, ids.length));
  }
}

function weight(columns: Columns): number {
  return [...columns.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}

function key(ids: Int32Array): string {
  return ids.subarray(0, KEYED).join();
}

function agree(a: Int32Array, b: Int32Array, length: number): boolean {
  if (a.length < length || b.length < length) return false;
  for (let i = length - 1; i >= 0; i--) if (a[i] !== b[i]) return false;
  return true;
}
