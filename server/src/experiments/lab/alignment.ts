/** Which positions of two token sequences correspond, so that prompts of unequal length can be compared. */
import type { AlignmentSpec, Direction } from '../../../../protocol/experimentSpec';
import { Refusal } from './refusal';

/** `[clean position, corrupted position]`, ascending in the first: what an experiment file has under `align`. */
export type Alignment = readonly (readonly [number, number])[];

/** Longer sequences are aligned by hand: the table would take more memory than the answer is worth. */
const LARGEST_TABLE = 64e6;

/**
 * The alignment that an experiment asks for. Equal lengths correspond position by position unless pairs are listed.
 * @throws Refusal when lengths differ and none is asked for, or when listed pairs are no alignment
 */
export function alignmentOf(
  clean: readonly number[],
  corrupt: readonly number[],
  spec: AlignmentSpec = 'none',
): Alignment {
  if (typeof spec !== 'string') return listed(spec, clean.length, corrupt.length);
  if (clean.length === corrupt.length) return clean.map((_, position) => [position, position]);
  if (spec === 'auto') return align(clean, corrupt);
  throw new Refusal(
    `the clean prompt has ${clean.length} tokens and the corrupted one ${corrupt.length}, so that their positions do not ` +
      'correspond: give prompts of equal length, or ask for an alignment ("align: auto", --align)',
  );
}

/**
 * Aligns two sequences by their cheapest edit (Levenshtein's distance, ties broken towards replacing). Tokens that stay are
 * anchors; between anchors a block that is replaced by one of equal length corresponds one to one, any other has no
 * counterpart. Sequences of equal length correspond position by position.
 */
export function align(clean: readonly number[], corrupt: readonly number[]): Alignment {
  if (clean.length === corrupt.length) return clean.map((_, position) => [position, position]);
  const start = sharedStart(clean, corrupt);
  const end = sharedEnd(clean, corrupt, start);
  const [left, right] = [clean.length - end, corrupt.length - end];
  const inner = anchors(clean.slice(start, left), corrupt.slice(start, right));
  const fixed: [number, number][] = [
    ...range(start).map((i): [number, number] => [i, i]),
    ...inner.map(([i, j]): [number, number] => [start + i, start + j]),
    ...range(end).map((i): [number, number] => [left + i, right + i]),
  ];
  return withEqualBlocks(fixed, clean.length, corrupt.length);
}

/** The positions of the run that is changed, each with that of the other run which takes its place, or null. */
export function counterparts(
  alignment: Alignment,
  direction: Direction,
  baseLength: number,
): (number | null)[] {
  const of = new Map(
    alignment.map(([clean, corrupt]) => (direction === 'noise' ? [clean, corrupt] : [corrupt, clean])),
  );
  return range(baseLength).map((position) => of.get(position) ?? null);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function listed(pairs: Alignment, cleanLength: number, corruptLength: number): Alignment {
  const resolved = pairs.map(([clean, corrupt]): [number, number] => [
    within(clean, cleanLength, 'clean'),
    within(corrupt, corruptLength, 'corrupted'),
  ]);
  for (const [side, name] of [
    [0, 'clean'],
    [1, 'corrupted'],
  ] as const) {
    const positions = resolved.map((pair) => pair[side]);
    const twice = positions.find((position, i) => positions.indexOf(position) !== i);
    if (twice !== undefined)
      throw new Refusal(`the alignment names ${name} position ${twice} twice: each has one counterpart`);
  }
  return resolved.sort(([a], [b]) => a - b);
}

function within(position: number, length: number, name: string): number {
  const from = position < 0 ? length + position : position;
  if (from >= 0 && from < length) return from;
  throw new Refusal(
    `the alignment names ${name} position ${position}, and that prompt has ${length} tokens: correct "align"`,
  );
}

function sharedStart(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[shared] === b[shared]) shared++;
  return shared;
}

function sharedEnd(a: readonly number[], b: readonly number[], start: number): number {
  const most = Math.min(a.length, b.length) - start;
  let shared = 0;
  while (shared < most && a[a.length - 1 - shared] === b[b.length - 1 - shared]) shared++;
  return shared;
}

/** The tokens that the cheapest edit keeps, as index pairs, ascending. @throws Refusal when the sequences are too long */
function anchors(a: readonly number[], b: readonly number[]): [number, number][] {
  if ((a.length + 1) * (b.length + 1) > LARGEST_TABLE) {
    throw new Refusal(
      `the prompts differ over ${a.length} and ${b.length} tokens, too many to align: list the pairs under "align"`,
    );
  }
  const width = b.length + 1;
  const cost = editCosts(a, b);
  const kept: [number, number][] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 && j > 0) {
    const here = cost[i * width + j]!;
    const isSame = a[i - 1] === b[j - 1];
    if (here === cost[(i - 1) * width + j - 1]! + (isSame ? 0 : 1)) {
      i--;
      j--;
      if (isSame) kept.push([i, j]);
    } else if (here === cost[(i - 1) * width + j]! + 1) i--;
    else j--;
  }
  return kept.reverse();
}

/** Edit distances of all pairs of beginnings, [a + 1, b + 1]. */
function editCosts(a: readonly number[], b: readonly number[]): Uint32Array {
  const width = b.length + 1;
  const cost = new Uint32Array((a.length + 1) * width);
  for (let j = 0; j < width; j++) cost[j] = j;
  for (let i = 1; i <= a.length; i++) {
    cost[i * width] = i;
    for (let j = 1; j < width; j++) {
      const replaced = cost[(i - 1) * width + j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      cost[i * width + j] = Math.min(replaced, cost[(i - 1) * width + j]! + 1, cost[i * width + j - 1]! + 1);
    }
  }
  return cost;
}

/** Anchors, and between them the blocks of equal length. */
function withEqualBlocks(
  fixed: readonly [number, number][],
  cleanLength: number,
  corruptLength: number,
): Alignment {
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...fixed, [cleanLength, corruptLength] as [number, number]]) {
    if (nextI - i === nextJ - j) for (; i < nextI; i++, j++) pairs.push([i, j]);
    if (nextI < cleanLength) pairs.push([nextI, nextJ]);
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return pairs;
}
