/** The numbers of a run as they are read: in a unit, or as the difference from another run. Pure. */
import type { RunResult } from '../../protocol/experiments';
import { flattened, inUnit, unitsOf, unitWords } from '../../protocol/normalise';
import type { Unit } from '../../protocol/normalise';

export type Numbers = readonly (number | null)[];

/** Every number in the order of the axes, the last fastest. */
export interface Reading {
  readonly run: RunResult;
  /** What is subtracted. */
  readonly other: RunResult | null;
  readonly unit: Unit;
  /** In the unit, less the other's. */
  readonly values: Numbers;
  /** Of each run by itself, in the unit. */
  readonly own: Numbers;
  readonly theirs: Numbers | null;
  /** How much each cell matters, for ordering and for choosing the strongest; not below 0. */
  readonly strengths: Numbers;
  /** The largest absolute value; 0 where there is none. */
  readonly largest: number;
}

/** Lengths of a run's axes. */
export function lengthsOf({ ticks }: RunResult): readonly number[] {
  return ticks.map(({ length }) => length);
}

/** Reads a run in a unit that it and the other can be read in. */
export function read(run: RunResult, other: RunResult | null, unit: Unit): Reading {
  const own = inUnitOf(run, unit);
  const theirs = other === null ? null : inUnitOf(other, unit);
  const values = theirs === null ? own : difference(own, theirs);
  const strengths = other === null ? strengthsOf(run) : values.map(magnitude);
  const largest = values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  return { run, other, unit, values, own, theirs, strengths, largest };
}

/** The units of a run that say different things: the value of an attribution is a change. */
export function distinctUnits(run: RunResult): readonly Unit[] {
  return unitsOf(run).filter((unit) => run.kind !== 'attribute' || unit !== 'change');
}

/**
 * The units in which both can be read, in the order in which they are offered. The value of an attribution is the
 * change of another run.
 */
export function sharedUnits(run: RunResult, other: RunResult | null): readonly Unit[] {
  if (other === null) return distinctUnits(run);
  const isOtherValue = (run.kind === 'attribute') !== (other.kind === 'attribute');
  const others = unitsOf(other);
  return unitsOf(run).filter((unit) => others.includes(unit) && !(isOtherValue && unit === 'value'));
}

/** The unit that says most of a kind of run: a share where there is one, otherwise the change. */
export function usualUnit(run: RunResult, units: readonly Unit[]): Unit {
  const wanted: readonly Unit[] =
    run.kind === 'patch' && run.direction === 'denoise'
      ? ['recovered', 'change']
      : run.kind === 'patch'
        ? ['effect', 'change']
        : ['change'];
  return wanted.find((unit) => units.includes(unit)) ?? units[0] ?? 'value';
}

/** A unit in words; of a difference, what is subtracted from what. */
export function readingWords({ run, other, unit }: Pick<Reading, 'run' | 'other' | 'unit'>): string {
  const words = unitWords(unit, run);
  return other === null ? words : `difference, this run minus ${other.name}: ${words}`;
}

function inUnitOf(run: RunResult, unit: Unit): Numbers {
  return flattened(run.values).map((value) => inUnit(value, unit, run));
}

function difference(a: Numbers, b: Numbers): Numbers {
  return a.map((value, i) => {
    const other = b[i] ?? null;
    return value === null || other === null ? null : value - other;
  });
}

function strengthsOf(run: RunResult): Numbers {
  if (run.scores) return flattened(run.scores);
  const unit = unitsOf(run).includes('change') ? 'change' : 'value';
  return inUnitOf(run, unit).map(magnitude);
}

function magnitude(value: number | null): number | null {
  return value === null ? null : Math.abs(value);
}

/** Why two runs cannot be subtracted cell by cell; null when they can be. */
export function incomparable(run: RunResult, other: RunResult): string | null {
  if (run.axes.join() !== other.axes.join())
    return `The axes differ: ${axesWords(run)} here, ${axesWords(other)} in ${other.name}. Only runs over the same axes can be subtracted.`;
  const axis = run.ticks.findIndex((ticks, i) => {
    const others = other.ticks[i]!;
    return ticks.length !== others.length || ticks.some(({ index }, j) => index !== others[j]!.index);
  });
  if (axis >= 0)
    return `The runs cover different places along the axis ${run.axes[axis]!} (${run.ticks[axis]!.length} here, ${other.ticks[axis]!.length} in ${other.name}). Run both over the same.`;
  if (run.axes.length === 0) return 'This run has no grid.';
  if (sharedUnits(run, other).length === 0)
    return `This run is of the kind ${run.kind} and ${other.name} of the kind ${other.kind}: there is no unit in which both can be read.`;
  return null;
}

/** What of two comparable runs is not the same, and so may be the cause of a difference. */
export function caveats(run: RunResult, other: RunResult): readonly string[] {
  const found: string[] = [];
  if (run.kind !== other.kind) found.push(`This run is of the kind ${run.kind}, the other ${other.kind}.`);
  if (run.metric !== other.metric)
    found.push(`The metrics differ: ${run.metric} here, ${other.metric} there.`);
  if (run.direction !== other.direction)
    found.push(`The directions differ: ${run.direction ?? 'none'} here, ${other.direction ?? 'none'} there.`);
  const isOtherText = run.ticks.some((ticks, i) =>
    ticks.some(({ label }, j) => label !== other.ticks[i]![j]!.label),
  );
  if (isOtherText) found.push('The headings differ, as with other prompts; those of this run are shown.');
  return found;
}

function axesWords({ axes, ticks }: RunResult): string {
  return axes.map((axis, i) => `${axis} (${ticks[i]!.length})`).join(' × ');
}
