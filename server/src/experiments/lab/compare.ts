/** Whether anything has changed between two results of one experiment. */
import type { ExperimentSpec } from '../../../../protocol/experimentSpec';
import type { ExperimentResult, RunResult } from '../../../../protocol/experiments';
import { flattened } from '../../../../protocol/normalise';
import { runName } from '../../../../protocol/experimentRuns';
import { outcomesOf } from './expectations';

/** Numbers that differ by no more than this share of the largest are the same but for the rounding of float32. */
const ROUNDING = 1e-5;

/**
 * A result with what has changed since an earlier one said in the notes of its runs, and with the earlier results of runs that were
 * not run now, where nothing that they depend on has changed.
 */
export function withEarlier(now: ExperimentResult, earlier: ExperimentResult): ExperimentResult {
  const known = new Map(earlier.runs.map((run) => [run.name, run]));
  const fresh = new Map(now.runs.map((run) => [run.name, run]));
  const runs = now.spec.runs.flatMap((run): RunResult[] => {
    const name = runName(run);
    const [old, own] = [known.get(name), fresh.get(name)];
    if (own) return [old ? { ...own, notes: [...own.notes, changeNote(now, earlier, own, old)] } : own];
    return old?.state === 'complete' && differing(now, earlier, name).length === 0 ? [old] : [];
  });
  return { ...now, runs, expectations: outcomesOf(now.spec.expect ?? [], runs) };
}

function changeNote(
  now: ExperimentResult,
  earlier: ExperimentResult,
  own: RunResult,
  old: RunResult,
): string {
  const when = `the result of ${earlier.provenance.started}`;
  const other = differing(now, earlier, own.name);
  const settings = other.length === 0 ? '' : ` (${other.join(', ')} changed)`;
  if (old.state !== 'complete' || own.state !== 'complete')
    return `Not compared with ${when}: one of the two was not finished.`;
  const difference = largestDifference(own, old);
  if (difference === null) return `Not comparable with ${when}: another grid${settings}.`;
  const size =
    difference === 0 ? 'no number differs' : `the largest difference is ${difference.toPrecision(3)}`;
  return difference <= ROUNDING * largest(own)
    ? `The same as ${when}: ${size}${settings}.`
    : `Changed since ${when}: ${size}${settings}.`;
}

/** What a run depends on that is not the same in both results, in words. */
function differing(now: ExperimentResult, earlier: ExperimentResult, name: string): string[] {
  const [a, b] = [now.provenance, earlier.provenance];
  const parts: readonly [string, unknown, unknown][] = [
    ['the run', settingsOf(now.spec, name), settingsOf(earlier.spec, name)],
    ['the prompts', promptsOf(now.spec), promptsOf(earlier.spec)],
    ['the files of the model', a.model.identity, b.model.identity],
    ['the dictionaries', a.dictionaries, b.dictionaries],
    ['the provider', a.provider, b.provider],
    ['Featurescope', a.featurescope, b.featurescope],
    ['ONNX Runtime', a.onnxruntime, b.onnxruntime],
  ];
  return parts.filter(([, x, y]) => JSON.stringify(x) !== JSON.stringify(y)).map(([what]) => what);
}

function settingsOf(spec: ExperimentSpec, name: string): unknown {
  return [spec.runs.find((run) => runName(run) === name), spec.metric ?? null];
}

function promptsOf({ prompts, align, bos }: ExperimentSpec): unknown {
  return [prompts, align ?? null, bos ?? null];
}

/** Of the values of two runs and of their clean and corrupted metrics; null where their grids do not match. */
function largestDifference(a: RunResult, b: RunResult): number | null {
  const grid = ({ axes, ticks }: RunResult) =>
    JSON.stringify([axes, ticks.map((each) => each.map(({ index }) => index))]);
  if (grid(a) !== grid(b)) return null;
  const [one, other] = [numbers(a), numbers(b)];
  return one.reduce<number>((most, value, i) => Math.max(most, apart(value, other[i]!)), 0);
}

function apart(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : Infinity;
  return Math.abs(a - b);
}

function numbers({ values, clean, corrupted }: RunResult): readonly (number | null)[] {
  return [clean, corrupted, ...flattened(values)];
}

function largest(run: RunResult): number {
  return numbers(run).reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
}
