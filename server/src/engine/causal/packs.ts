/**
 * Packing: a changed cell needs only the positions from its first change on, and cells are independent, so the suffixes of many
 * cells stand behind one another as one sequence. The mask lets each see the unchanged run's keys before it and its own, so
 * the result of every cell is exactly that of a run of its own.
 *
 * A pack travels through the layers, and each cell joins at the layer of its first patch: segments are ordered by it, so that
 * those which have joined are always the first part of the sequence.
 */

/** The part of the sequence that is computed anew for one cell. */
export interface Segment {
  /** Index of the cell. */
  readonly cell: number;
  /** The layer at whose residual input it joins; -1 from the tokens. */
  readonly start: number;
  /** First position that is computed anew. */
  readonly from: number;
  /** How many. */
  readonly length: number;
}

export interface PlacedSegment extends Segment {
  /** Where the segment begins in the packed sequence. */
  readonly offset: number;
}

/** Segments that run together, in the order in which they join. */
export interface Pack {
  readonly segments: readonly PlacedSegment[];
  /** Packed positions. */
  readonly length: number;
  /** Positions of the unchanged run that some segment looks back at; at least one, because empty inputs are not portable. */
  readonly past: number;
}

/** The next segments that fit into `most` positions, one at least, and the rest. */
export function takePack(
  waiting: readonly Segment[],
  most: number,
): { readonly pack: Pack; readonly rest: readonly Segment[] } {
  let length = waiting[0]!.length;
  let count = 1;
  while (count < waiting.length && length + waiting[count]!.length <= most)
    length += waiting[count++]!.length;
  return { pack: place(waiting.slice(0, count)), rest: waiting.slice(count) };
}

/** The pack of these segments. */
export function place(segments: readonly Segment[]): Pack {
  let offset = 0;
  const placed = segments
    .toSorted((a, b) => a.start - b.start)
    .map((segment) => {
      const at = { ...segment, offset };
      offset += segment.length;
      return at;
    });
  return { segments: placed, length: offset, past: Math.max(1, ...segments.map(({ from }) => from)) };
}

/** What of a pack has joined when it reaches a layer. */
export function joined({ segments, past }: Pack, layer: number): Pack {
  const here = segments.filter(({ start }) => start <= layer);
  return { segments: here, past, length: here.reduce((sum, { length }) => sum + length, 0) };
}

/**
 * [packed, past + packed]: 0 where a packed position sees a key, -Infinity elsewhere. In a model that is not causal segments
 * are whole texts, whose positions see one another.
 */
export function packMask({ segments, length, past }: Pack, isCausal: boolean): Float32Array {
  const keys = past + length;
  const mask = new Float32Array(length * keys).fill(-Infinity);
  for (const { from, offset, length: own } of segments) {
    for (let i = 0; i < own; i++) {
      const row = (offset + i) * keys;
      mask.fill(0, row, row + from);
      mask.fill(0, row + past + offset, row + past + offset + (isCausal ? i + 1 : own));
    }
  }
  return mask;
}

/** The base position of every packed position. */
export function packPositions({ segments }: { readonly segments: readonly Segment[] }): number[] {
  return segments.flatMap(({ from, length }) => Array.from({ length }, (_, i) => from + i));
}

/** The column of a base key in a segment's rows of the packed pattern. */
export function keyColumn({ past }: Pack, { from, offset }: PlacedSegment, key: number): number {
  return key < from ? key : past + offset + key - from;
}
