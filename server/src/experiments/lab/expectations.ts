/** What the `expect:` clauses of an experiment come to. */
import type { Bound, CellSpec, Expectation } from '../../../../protocol/experimentSpec';
import type { ExpectationOutcome, RunResult, Tick } from '../../../../protocol/experiments';
import { flattened, inUnit, type Unit, unitWords } from '../../../../protocol/normalise';
import { UNANSWERED } from '../../../../protocol/outcomes';
import { holds } from './bounds';

const UNITS: readonly Unit[] = ['value', 'change', 'recovered', 'effect'];

/** The outcome of every bound of every clause whose runs are there. */
export function outcomesOf(
  expectations: readonly Expectation[],
  runs: readonly RunResult[],
): ExpectationOutcome[] {
  const named = new Map(runs.map((run) => [run.name, run]));
  return expectations.flatMap((clause) => {
    const run = named.get(clause.run);
    const other = clause.as === undefined ? null : named.get(clause.as);
    return run === undefined || other === undefined ? [] : clauseOutcomes(clause, run, other);
  });
}

function clauseOutcomes(clause: Expectation, run: RunResult, other: RunResult | null): ExpectationOutcome[] {
  const ofCell = UNITS.flatMap((unit) =>
    clause[unit] === undefined ? [] : [cellOutcome(run, clause.cell, unit, clause[unit])],
  );
  const ofRun = (['clean', 'corrupted'] as const).flatMap((side) =>
    clause[side] === undefined
      ? []
      : [outcome(`${run.name}: metric of the ${side} run`, clause[side], run[side], 'the result has none')],
  );
  const ofTop =
    other && clause.top !== undefined ? [sharedOutcome(run, other, clause.top, clause.shared)] : [];
  return [...ofCell, ...ofRun, ...ofTop].map((result) => unfinished(result, other ? [run, other] : [run]));
}

/** A clause about a run that was not finished is not known to hold. */
function unfinished(result: ExpectationOutcome, runs: readonly RunResult[]): ExpectationOutcome {
  const broken = runs.find(({ state }) => state !== 'complete');
  if (!broken) return result;
  return {
    ...result,
    holds: false,
    measured: `${result.measured} (the run ${broken.name} is ${broken.state})`,
  };
}

function outcome(what: string, bound: Bound, value: number | null, missing: string): ExpectationOutcome {
  const clause = `${what} ${bound.trim()}`;
  if (value === null) return { clause, holds: false, measured: `${UNANSWERED}${missing}` };
  return { clause, holds: holds(bound, value), measured: shown(value) };
}

function shown(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toPrecision(5);
}

function cellOutcome(
  run: RunResult,
  cell: CellSpec | undefined,
  unit: Unit,
  bound: Bound,
): ExpectationOutcome {
  const words = `${run.name}${cell ? ` at ${cellWords(cell)}` : ''}: ${unitWords(unit, run)}`;
  const place = placeOf(run, cell ?? {});
  if (typeof place === 'string') return outcome(words, bound, null, place);
  const value = inUnit(flattened(run.values)[place]!, unit, run);
  return outcome(words, bound, value, 'the cell has no such value');
}

function cellWords(cell: CellSpec): string {
  return Object.entries(cell)
    .map(([axis, index]) => `${axis} ${index}`)
    .join(', ');
}

/** The flat index of the one cell that is meant, or in words why there is none. */
function placeOf({ axes, ticks }: RunResult, cell: CellSpec): number | string {
  const alien = Object.keys(cell).find((axis) => !axes.some((known) => known === axis));
  if (alien !== undefined) return `the run has no axis ${alien}, only ${axes.join(', ') || 'none'}`;
  let place = 0;
  for (const [i, axis] of axes.entries()) {
    const wanted = axis === 'component' ? undefined : cell[axis];
    const index = tickAt(ticks[i]!, wanted);
    if (index < 0)
      return wanted === undefined ? `the cell does not say which ${axis}` : `there is no ${axis} ${wanted}`;
    place = place * ticks[i]!.length + index;
  }
  return place;
}

/** Where on an axis a number is; negative positions count from the end; the only place where none is said. -1 for nowhere. */
function tickAt(ticks: readonly Tick[], index: number | undefined): number {
  if (index === undefined) return ticks.length === 1 ? 0 : -1;
  const found = ticks.findIndex((tick) => tick.index === index);
  return found < 0 && index < 0 && ticks.length + index >= 0 ? ticks.length + index : found;
}

function sharedOutcome(
  run: RunResult,
  other: RunResult,
  top: number,
  bound: Bound | undefined,
): ExpectationOutcome {
  const wanted = bound ?? `== ${top}`;
  const words = `of the ${top} strongest cells of ${run.name} among those of ${other.name}`;
  if (!haveSameAxes(run, other)) return outcome(words, wanted, null, 'the two runs have different axes');
  const strongest = new Set(strongestCells(other, top));
  const shared = strongestCells(run, top).filter((cell) => strongest.has(cell)).length;
  return outcome(words, wanted, shared, '');
}

function haveSameAxes(a: RunResult, b: RunResult): boolean {
  const shape = ({ axes, ticks }: RunResult) =>
    JSON.stringify([axes, ticks.map((each) => each.map(({ index }) => index))]);
  return shape(a) === shape(b);
}

/** Flat indices of the cells that change the metric most, strongest first: by score where the run has scores. */
export function strongestCells(run: RunResult, count: number): number[] {
  const values = flattened(run.scores ?? run.values);
  const strengths = values.map((value) =>
    value === null ? null : Math.abs(run.scores ? value : (inUnit(value, 'change', run) ?? value)),
  );
  return strengths
    .flatMap((strength, cell) => (strength === null ? [] : [{ strength, cell }]))
    .sort((a, b) => b.strength - a.strength)
    .slice(0, count)
    .map(({ cell }) => cell);
}
