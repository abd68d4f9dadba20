/** Checking an attribution: its top nodes patched exactly, in rank order, and a bound on what the others may hide. */
import type { Verification } from '../../../../protocol/experiments';
import type { Cell } from '../../engine/causal/requests';
import { type Bench, finite, meanOf } from './bench';
import { CellSweep } from './cellSweep';
import type { PairGrid } from './grid';
import type { PairJob } from './gridRun';
import { boundFromHalves, CONFIDENCE, randomHalves, SAMPLES, tiers } from './missedNodes';

export interface Estimated {
  readonly grids: readonly PairGrid[];
  readonly jobs: readonly PairJob[];
  readonly bench: Bench;
  /** Signed estimates of the cells; null where there is none. */
  readonly estimates: readonly (number | null)[];
  /** By what cells are ranked; NaN where there is nothing to rank. */
  readonly ranks: readonly number[];
  /** How many of the top cells are patched. */
  readonly count: number;
}

/** So many cells are patched to verify `count` of `cells` nodes, at most. */
export function verificationCells(cells: number, count: number): number {
  const top = Math.min(cells, count);
  return top + samplesOf(cells - top, count).reduce((sum, { sets }) => sum + sets, 0);
}

/** Draws from each tier; a tier of no more nodes than draws is patched node by node. */
function samplesOf(rest: number, count: number): { size: number; sets: number }[] {
  const all = Array.from({ length: rest }, (_, i) => i);
  return tiers(all, count).map(({ length }) => ({ size: length, sets: Math.min(length, SAMPLES) }));
}

/**
 * Patches the top cells in rank order, then random halves of the tiers below them (missedNodes.ts).
 * @param report what is known so far, and how many cells were patched
 * @throws EngineError
 */
export async function verify(
  estimated: Estimated,
  report: (verification: Verification, done: number) => void,
): Promise<void> {
  const { estimates, ranks, count } = estimated;
  const ranked = ranks
    .flatMap((rank, cell) => (Number.isNaN(rank) || estimates[cell] === null ? [] : [cell]))
    .sort((a, b) => ranks[b]! - ranks[a]!);
  const top = ranked.slice(0, count);
  const groups = tiers(ranked.slice(count), count).map((tier, i) =>
    tier.length <= SAMPLES
      ? { isExact: true, sets: tier.map((cell) => [cell]) }
      : { isExact: false, sets: randomHalves(tier, SAMPLES, i) },
  );
  const sets = [...top.map((cell) => [cell]), ...groups.flatMap((group) => group.sets)];
  const axes = axisLengths(estimated);
  /** @param changes of every set, null where not computed yet */
  const verification = (changes: readonly (number | null)[]): Verification => {
    const isWhole = !changes.includes(null);
    return {
      nodes: top.map((cell, i) => ({
        cell: coordinates(cell, axes),
        estimate: estimates[cell]!,
        exact: changes[i]!,
      })),
      bound: isWhole ? largestBound(groups, (changes as readonly number[]).slice(top.length)) : null,
      confidence: CONFIDENCE,
      samples: sets.length - top.length,
    };
  };
  await changesOf(sets, estimated, (changes, done) => {
    report(verification(changes), done);
  });
}

function largestBound(
  groups: readonly { readonly isExact: boolean; readonly sets: readonly unknown[] }[],
  changes: readonly number[],
): number | null {
  let from = 0;
  const bounds = groups.map(({ isExact, sets }) => {
    const own = changes.slice(from, from + sets.length);
    from += sets.length;
    return isExact ? Math.max(...own.map(Math.abs)) : boundFromHalves(own, CONFIDENCE);
  });
  return bounds.includes(null) ? null : Math.max(0, ...(bounds as readonly number[]));
}

/** Exact changes of the metric when each set of cells is patched, averaged over the pairs. */
async function changesOf(
  sets: readonly (readonly number[])[],
  { jobs, grids, bench }: Estimated,
  report: (changes: readonly (number | null)[], done: number) => void,
): Promise<void> {
  const sweeps = jobs.map(({ runs, metric, values }, i) => {
    const cells = sets.map((set) => union(set, grids[i]!.cells));
    const atOnce = bench.pace.cellsAtOnce(cells, runs.base.tokens.length);
    return new CellSweep({
      runs,
      metric: metric.spec,
      cells,
      values,
      atOnce,
    });
  });
  const show = (): void => {
    const finished = sweeps.filter(({ base, done }) => base !== null && done === sets.length);
    const counted = finished.length > 0 ? finished : sweeps.slice(0, 1);
    const changes = sets.map((_, set) => meanOf(counted.map((sweep) => changeIn(sweep, set))));
    report(
      changes,
      sweeps.reduce((sum, { done }) => sum + done, 0),
    );
  };
  for (const sweep of sweeps) await sweep.run(bench.lab.ask, bench.signal, show);
}

function changeIn(sweep: CellSweep, set: number): number | null {
  const [value, base] = [sweep.value(set), finite(sweep.base)];
  return value === null || base === null ? null : value - base;
}

function union(set: readonly number[], cells: readonly (Cell | null)[]): Cell {
  return set.flatMap((cell) => cells[cell] ?? []);
}

function axisLengths({ grids }: Estimated): number[] {
  return grids[0]!.ticks.map((ticks) => ticks.length);
}

/** Flat index to one index for each axis. */
function coordinates(cell: number, lengths: readonly number[]): number[] {
  const place: number[] = [];
  let rest = cell;
  for (const length of lengths.toReversed()) {
    place.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return place;
}
