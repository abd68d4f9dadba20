/** What a reader of a run must know beside its numbers, each a sentence. */
import {
  flattened,
  isSameMetric,
  normalisationProblem,
  unchangedMetric,
} from '../../../../protocol/normalise';
import type { RunResult } from '../../../../protocol/experiments';
import type { CellSweep } from './cellSweep';
import type { GridView, PairGrid } from './grid';
import type { PreparedPair } from './pairs';

/** Longest list of examples in a note. */
const EXAMPLES = 5;

/** Positions of the changed prompt that nothing can take the place of. */
export function alignmentNotes({ base, counterparts }: GridView, { of }: PreparedPair): string[] {
  const lost = (counterparts ?? []).flatMap((other, position) => (other === null ? [position] : []));
  if (lost.length === 0) return [];
  const named = lost.slice(0, EXAMPLES).map((position) => `${base.tokens[position]!.text} (${position})`);
  const more = lost.length > EXAMPLES ? ` and ${lost.length - EXAMPLES} more` : '';
  return [
    `No counterpart in the other prompt${of}: ${named.join(', ')}${more}. These positions keep their values, and cells at them have none.`,
  ];
}

/** What went wrong or was repeated while cells were computed. */
export function sweepNotes(sweeps: readonly CellSweep[], grids: readonly PairGrid[]): string[] {
  const crashes = sweeps.reduce((sum, sweep) => sum + sweep.crashes, 0);
  const broken = sweeps.reduce(
    (sum, sweep, i) =>
      sum + grids[i]!.cells.filter((_, cell) => sweep.isFinished(cell) && sweep.value(cell) === null).length,
    0,
  );
  return [
    ...(crashes > 0
      ? [
          `The engine ended ${times(crashes)} in the middle; finished cells were kept and the rest asked for again.`,
        ]
      : []),
    ...(broken > 0
      ? [`In ${broken} ${broken === 1 ? 'cell' : 'cells'} the metric is not a number (NaN or infinite).`]
      : []),
  ];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Averages over fewer pairs than there are. */
export function averageNote(complete: number, of: number): string[] {
  if (of === 1 || complete === of) return [];
  if (complete === 0)
    return [`No pair was finished: the values are those of the first of ${of} pairs alone.`];
  return [`Averaged over the ${complete} of ${of} pairs that were finished.`];
}

/** What the finished numbers say of themselves. */
export function resultNotes(run: RunResult): string[] {
  const problem = normalisationProblem(run);
  return [
    ...(problem === null ? [] : [problem]),
    ...(isSatisfied(run)
      ? [
          `The corrupted run prefers the right answer already (${shown(run.corrupted)}; the clean one ${shown(run.clean)}).`,
        ]
      : []),
    ...(isUpsideDown(run)
      ? [
          `The corrupted run does better by this metric (${shown(run.corrupted)}) than the clean one (${shown(run.clean)}): are the answers the right way round?`,
        ]
      : []),
    ...(hasNoEffect(run) ? ['No effect anywhere: every cell has the metric of the unchanged run.'] : []),
  ];
}

/** Whether the corrupted run, which should call for the other answer, prefers the right one too. */
function isSatisfied({ metric, clean, corrupted, kind }: RunResult): boolean {
  if (kind !== 'patch' && kind !== 'attribute') return false;
  if (clean === null || corrupted === null || isSameMetric(clean, corrupted, metric)) return false;
  return /^(logit_diff|prob_diff)\b/.test(metric) && clean > corrupted && corrupted > 0;
}

/** By a metric of which more is better. */
function isUpsideDown({ metric, clean, corrupted, kind }: RunResult): boolean {
  if (kind !== 'patch' && kind !== 'attribute') return false;
  if (clean === null || corrupted === null || isSameMetric(clean, corrupted, metric)) return false;
  return /^(logit_diff|log_prob|prob_diff)\b/.test(metric) && corrupted > clean;
}

function shown(value: number | null): string {
  return value === null ? 'none' : Number(value.toPrecision(5)).toString();
}

function hasNoEffect(run: RunResult): boolean {
  const base = unchangedMetric(run);
  const values = flattened(run.values).filter((value) => value !== null);
  if (base === null || values.length === 0) return false;
  return values.every((value) =>
    run.kind === 'attribute' ? value === 0 : isSameMetric(value, base, run.metric),
  );
}
