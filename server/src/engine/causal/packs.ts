/**
 * Packing: a changed cell needs only the positions from its first change on, and cells are independent, so the suffixes of many
 * cells stand behind one another as one sequence. The mask lets each see the unchanged run's keys before it and its own, so
 * the result of every cell is exactly that of a run of its own.
 */

/** The part of the sequence that is computed anew for one cell. */
export interface Segment {
  /** Index of the cell. */
  readonly cell: number;
  /** First position that is computed anew. */
  readonly from: number;
  /** How many. */
  readonly length: number;
}

export interface PlacedSegment extends Segment {
  /** Where the segment begins in the packed sequence. */
  readonly offset: number;
}

/** Segments that run together, from one layer. */
export interface Pack {
  readonly start: number;
  readonly segments: readonly PlacedSegment[];
  /** Packed positions. */
  readonly length: number;
  /** Positions of the unchanged run that some segment looks back at; at least one, because empty inputs are not portable. */
  readonly past: number;
}

/** The next segments that fit into `most` positions, one at least, and the rest. */
export function takePack(
  start: number,
  waiting: readonly Segment[],
  most: number,
): { readonly pack: Pack; readonly rest: readonly Segment[] } {
  let length = waiting[0]!.length;
  let count = 1;
  while (count < waiting.length && length + waiting[count]!.length <= most)
    length += waiting[count++]!.length;
  return { pack: place(start, waiting.slice(0, count)), rest: waiting.slice(count) };
}

export function place(start: number, segments: readonly Segment[]): Pack {
  let offset = 0;
  const placed = segments.map((segment) => {
    const at = { ...segment, offset };
    offset += segment.length;
    return at;
  });
  return { start, segments: placed, length: offset, past: Math.max(1, ...segments.map(({ from }) => from)) };
}

/** [packed, past + packed]: 0 where a packed position sees a key, -Infinity elsewhere. */
export function packMask({ segments, length, past }: Pack): Float32Array {
  const keys = past + length;
  const mask = new Float32Array(length * keys).fill(-Infinity);
  for (const { from, offset, length: own } of segments) {
    for (let i = 0; i < own; i++) {
      const row = (offset + i) * keys;
      mask.fill(0, row, row + from);
      mask.fill(0, row + past + offset, row + past + offset + i + 1);
    }
  }
  return mask;
}

/** The base position of every packed position. */
export function packPositions({ segments }: Pack): number[] {
  return segments.flatMap(({ from, length }) => Array.from({ length }, (_, i) => from + i));
}

/** The column of a base key in a segment's rows of the packed pattern. */
export function keyColumn({ past }: Pack, { from, offset }: PlacedSegment, key: number): number {
  return key < from ? key : past + offset + key - from;
}
