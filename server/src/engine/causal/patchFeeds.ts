/** The numbers that a pack is fed for its patches: at every patched hook point a value, and where the old one is kept. */
import type { Shape } from '../../graph/types';
import type { Feeds } from '../feeds';
import type { Tensor } from '../ort';
import { interventionInput } from '../planGraph';
import { keyColumn, type Pack, type PlacedSegment } from './packs';
import { isPattern } from './places';
import type { Cell, Patch, RunPair } from './requests';

/** Where new values come from. */
export interface PatchSources {
  readonly pair: RunPair;
  /** Activations of the source run, the batch as first axis. */
  readonly source: ReadonlyMap<string, Tensor>;
  readonly given: ReadonlyMap<string, Tensor>;
  /** Does a position see only itself and what is before it? */
  readonly isCausal: boolean;
}

/** `value:<hook>` and `value:<hook>.kept` for a hook point of this shape. */
export function patchFeeds(
  hook: string,
  shape: Shape,
  pack: Pack,
  cells: readonly Cell[],
  sources: PatchSources,
): Feeds {
  const dims = packedDims(hook, shape, pack);
  const count = dims.reduce((a, b) => a * b, 1);
  const value = new Float32Array(count);
  const kept = new Float32Array(count).fill(1);
  const put = (at: number, number: number) => {
    value[at] = number;
    kept[at] = 0;
  };
  writePatches(hook, { put, dims }, pack, cells, sources);
  return new Map([
    [interventionInput(hook), { data: value, dims }],
    [`${interventionInput(hook)}.kept`, { data: kept, dims }],
  ]);
}

/** An activation [1, packed, ...inner] with its patches in it. */
export function patched(
  hook: string,
  { data, dims }: Tensor,
  pack: Pack,
  cells: readonly Cell[],
  sources: PatchSources,
): Tensor {
  const changed = (data as Float32Array).slice();
  const put = (at: number, number: number) => {
    changed[at] = number;
  };
  writePatches(hook, { put, dims }, pack, cells, sources);
  return { data: changed, dims };
}

function writePatches(
  hook: string,
  target: Target,
  pack: Pack,
  cells: readonly Cell[],
  sources: PatchSources,
): void {
  const write = isPattern(hook) ? writePattern : writeRows;
  for (const segment of pack.segments) {
    for (const patch of cells[segment.cell]!)
      if (patch.hook === hook) write(target, patch, segment, pack, sources);
  }
}

function packedDims(hook: string, shape: Shape, { past, length }: Pack): number[] {
  if (isPattern(hook)) return [1, shape[1] as number, length, past + length];
  return [1, length, ...shape.slice(2).map(Number)];
}

interface Target {
  /** Takes a new number, by flat index. */
  readonly put: (at: number, number: number) => void;
  readonly dims: readonly number[];
}

/** [1, packed, ...inner] */
function writeRows(
  target: Target,
  patch: Patch,
  segment: PlacedSegment,
  _: Pack,
  sources: PatchSources,
): void {
  const inner = target.dims.slice(2);
  const entries = innerEntries(patch, inner);
  const width = inner.reduce((a, b) => a * b, 1);
  for (const position of positionsIn(patch, segment)) {
    const read = rowReader(patch, position, width, sources);
    if (!read) continue;
    const row = (segment.offset + position - segment.from) * width;
    for (const entry of entries) target.put(row + entry, read(entry));
  }
}

/** Flat indices into [...inner] that the patch covers. */
function innerEntries({ head, unit }: Patch, inner: readonly number[]): number[] {
  const width = inner.at(-1)!;
  const heads = inner.length === 1 ? [0] : head === null ? range(inner[0]!) : [head];
  const units = unit === null ? range(width) : [unit];
  return heads.flatMap((h) => units.map((u) => h * width + u));
}

/** [1, head, packed, past + packed] */
function writePattern(
  target: Target,
  patch: Patch,
  segment: PlacedSegment,
  pack: Pack,
  sources: PatchSources,
): void {
  const [, headCount, rows, columns] = target.dims as [number, number, number, number];
  const heads = patch.head === null ? range(headCount) : [patch.head];
  const seen = (query: number) => (sources.isCausal ? query + 1 : sources.pair.base.tokens.length);
  for (const query of positionsIn(patch, segment)) {
    const keys = (patch.keys ?? range(seen(query))).filter((key) => key < seen(query));
    for (const head of heads) {
      const row = (head * rows + segment.offset + query - segment.from) * columns;
      const read = patternReader(patch, head, query, sources);
      for (const key of keys) target.put(row + keyColumn(pack, segment, key), read(key));
    }
  }
}

/** The patch's positions that the segment computes. */
function positionsIn({ positions }: Patch, { from, length }: PlacedSegment): number[] {
  const all = Array.from({ length }, (_, i) => from + i);
  return positions === null ? all : all.filter((position) => positions.includes(position));
}

/** Reads the new value at a base position, by flat inner index; null where nothing takes its place. */
function rowReader(
  { hook, value }: Patch,
  position: number,
  width: number,
  { pair, source, given }: PatchSources,
): ((entry: number) => number) | null {
  if (value.from === 'zero') return () => 0;
  if (value.from === 'source') {
    const aligned = pair.alignment[position];
    if (typeof aligned !== 'number') return null;
    return offsetReader(source.get(hook)!, aligned * width);
  }
  const tensor = given.get(value.name)!;
  return offsetReader(tensor, tensor.data.length === width ? 0 : position * width);
}

function offsetReader({ data }: Tensor, offset: number): (entry: number) => number {
  const numbers = data as Float32Array;
  return (entry) => numbers[offset + entry]!;
}

/** Reads a row of a pattern by key: from the source run (equally long), or given [head, pos, pos]. */
function patternReader(
  { hook, value }: Patch,
  head: number,
  query: number,
  { pair, source, given }: PatchSources,
): (key: number) => number {
  if (value.from === 'zero') return () => 0;
  const tensor = value.from === 'source' ? source.get(hook)! : given.get(value.name)!;
  const length = pair.base.tokens.length;
  return offsetReader(tensor, (head * length + query) * length);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
