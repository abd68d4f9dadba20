/** The units in which a run's numbers can be read. Pure; the heatmap, expectations and exports share it. */
import type { Nested, RunResult } from './experiments';

/**
 * `value`: as it was computed. `change`: minus the metric of the run that was changed. `recovered` and `effect`: the two
 * conventions of normalising, as shares of the gap between the clean and the corrupted run.
 */
export type Unit = 'value' | 'change' | 'recovered' | 'effect';

/** What of a run decides how its numbers are read. */
export type UnitSource = Pick<RunResult, 'kind' | 'direction' | 'metric' | 'clean' | 'corrupted'>;

/** Rounding of float32 runs: metrics that differ by less, relative to the larger, are the same number. */
const SAME = 1e-6;

/** A metric is rounded as what it is made of, however small it is itself: logits are of this size, probabilities up to 1. */
const PARTS: readonly (readonly [RegExp, number])[] = [
  [/^(logit_diff|logit|log_prob|kl|loss)\b/, 10],
  [/^prob_diff\b/, 1],
];

/**
 * Whether two metrics differ by no more than float32 rounds.
 * @param metric - its text; without one, only the two numbers count
 */
export function isSameMetric(a: number, b: number, metric = ''): boolean {
  const parts = PARTS.find(([kind]) => kind.test(metric))?.[1] ?? 0;
  return Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b), parts);
}

/** Metrics whose 0 means that nothing is left of the behaviour. */
const WITH_MEANINGFUL_ZERO = /^(logit_diff|prob_diff|feature)\b/;

/** The metric of the run that is changed; null where nothing is changed, or it is not a number. */
export function unchangedMetric({ kind, direction, clean, corrupted }: UnitSource): number | null {
  if (kind === 'ablate') return clean;
  if (kind !== 'patch' && kind !== 'attribute') return null;
  return direction === 'noise' ? clean : corrupted;
}

/** The units in which a run can be read, in the order in which they are offered. */
export function unitsOf(run: UnitSource): readonly Unit[] {
  const base = unchangedMetric(run);
  if (base === null) return ['value'];
  if (run.kind === 'ablate' && run.corrupted === null)
    return gapOf(run) === null ? ['value', 'change'] : ['value', 'change', 'effect'];
  return gapOf(run) === null ? ['value', 'change'] : ['value', 'change', 'recovered', 'effect'];
}

/** Why a run cannot be normalised, as a sentence; null when it can be, or when there is nothing to normalise. */
export function normalisationProblem(run: UnitSource): string | null {
  const { clean, corrupted } = run;
  if (unchangedMetric(run) === null || clean === null) return null;
  if (corrupted === null || gapOf(run) !== null) return null;
  return `The clean and the corrupted run have the same metric (${Number(clean.toPrecision(6))}), so that no share of their difference can be taken.`;
}

/** A unit in words, for legends and the table. */
export function unitWords(unit: Unit, run: UnitSource): string {
  switch (unit) {
    case 'value':
      return valueWords(run.kind);
    case 'change':
      return 'change of the metric';
    case 'recovered':
      return 'share recovered: 0 as the corrupted run, 1 as the clean run';
    case 'effect':
      return run.corrupted === null
        ? 'share destroyed: 0 as the clean run, 1 where the metric is 0'
        : 'share destroyed: 0 as the clean run, 1 as the corrupted run';
  }
}

function valueWords(kind: RunResult['kind']): string {
  if (kind === 'attribute') return 'estimated change of the metric';
  if (kind === 'direct') return 'direct contribution to the metric';
  return kind === 'attention' ? 'attention' : 'metric';
}

/** The clean metric minus that of the other end; null where they are the same, or there is no other end. */
function gapOf({ kind, metric, clean, corrupted }: UnitSource): number | null {
  if (clean === null) return null;
  const isAgainstZero = corrupted === null && kind === 'ablate' && WITH_MEANINGFUL_ZERO.test(metric);
  const end = isAgainstZero ? 0 : corrupted;
  return end === null || isSameMetric(clean, end, metric) ? null : clean - end;
}

/**
 * One number of a run in another unit; null where there is none, or the run cannot be read in that unit.
 * change: v - m(unchanged run). recovered: (v - m(corrupted)) / (m(clean) - m(corrupted)).
 * effect: (m(clean) - v) / (m(clean) - m(corrupted)), with 0 for m(corrupted) in ablations that need no corrupted run.
 * Attributions are changes already: their v is m(unchanged run) plus the estimate.
 */
export function inUnit(value: number | null, unit: Unit, run: UnitSource): number | null {
  if (value === null || unit === 'value') return value;
  const base = unchangedMetric(run);
  if (base === null) return null;
  const isChange = run.kind === 'attribute';
  if (unit === 'change') return isChange ? value : value - base;
  const gap = gapOf(run);
  if (gap === null) return null;
  const metric = isChange ? base + value : value;
  if (unit === 'effect') return (run.clean! - metric) / gap;
  return run.corrupted === null ? null : (metric - run.corrupted) / gap;
}

/** Applies a function to every number. */
export function mapNested(values: Nested, change: (value: number | null) => number | null): Nested {
  return (values as readonly (Nested | number | null)[]).map((entry) =>
    Array.isArray(entry) ? mapNested(entry as Nested, change) : change(entry as number | null),
  ) as Nested;
}

/** All numbers in order, the last axis fastest. */
export function flattened(values: Nested): readonly (number | null)[] {
  return (values as readonly unknown[]).flat(Infinity) as (number | null)[];
}

/** Numbers in order as nested lists with these lengths. */
export function nestedAs(flat: readonly (number | null)[], lengths: readonly number[]): Nested {
  if (lengths.length <= 1) return flat;
  const [count, ...rest] = lengths as [number, ...number[]];
  const each = rest.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, i) => nestedAs(flat.slice(i * each, (i + 1) * each), rest));
}
