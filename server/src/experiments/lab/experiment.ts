/** Runs an experiment: every run in turn, each with its own result, whatever becomes of the others. */
import type { ExperimentRun, ExperimentSpec, PromptPair } from '../../../../protocol/experimentSpec';
import type { ExperimentResult, RunResult } from '../../../../protocol/experiments';
import { runKind, runName } from '../../../../protocol/experimentRuns';
import { runAblation } from './ablation';
import { runAttention } from './attention';
import { runAttribution } from './attributing';
import type { Bench } from './bench';
import { runDirect } from './direct';
import { outcomesOf } from './expectations';
import type { Laboratory } from './laboratory';
import { runLens } from './lens';
import { resultNotes } from './notes';
import { paceOf } from './pace';
import { preparePairs } from './pairs';
import { runPatch } from './patching';
import { provenanceOf } from './provenance';
import { Recorder } from './recorder';
import { Refusal } from './refusal';
import { runSteered } from './steered';

export interface ExperimentOptions {
  /** The pairs, where the experiment names a file of them. */
  readonly pairs?: readonly PromptPair[];
  /** Runs by name; all when missing. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal;
  /** Told of every snapshot of the run that is under way. */
  readonly onSnapshot?: (snapshot: RunResult) => void;
}

/**
 * Runs what an experiment says. A run that cannot be done, or ends in the middle, has the state `failed`, its reason and what was
 * computed; so has a cancelled one the state `cancelled`, and the runs after it are left out.
 * @throws Refusal when the prompts cannot be used, or runs cannot be told apart
 */
export async function runExperiment(
  spec: ExperimentSpec,
  lab: Laboratory,
  { pairs, only, signal, onSnapshot = () => undefined }: ExperimentOptions,
): Promise<ExperimentResult> {
  checkNames(spec, only);
  const started = new Date();
  const prompts = pairs ?? pairsOf(spec);
  const bench: Bench = {
    lab,
    pairs: preparePairs(prompts, lab, spec.bos),
    align: spec.align,
    bos: spec.bos,
    metric: spec.metric,
    pace: paceOf(lab.model),
    signal,
  };
  const runs: RunResult[] = [];
  for (const run of spec.runs) {
    if (only && !only.includes(runName(run))) continue;
    if (signal.aborted) break;
    const result = await perform(run, bench, onSnapshot);
    onSnapshot(result);
    runs.push(result);
  }
  return {
    format: 'featurescope-result',
    version: 1,
    title: spec.title ?? '',
    spec,
    runs,
    expectations: outcomesOf(spec.expect ?? [], runs),
    provenance: provenanceOf(lab, started.toISOString(), (Date.now() - started.getTime()) / 1000),
  };
}

/** Results are found by the names of their runs. @throws Refusal */
function checkNames({ runs }: ExperimentSpec, only: readonly string[] = []): void {
  const names = runs.map(runName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Refusal(`two runs are called ${twice}: give each a "name" of its own`);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Refusal(`there is no run ${unknown}: the experiment has ${names.join(', ')}`);
}

/** What the result of an experiment file is called: its title, or else the file's name. @param name of the file, without folders */
export function titleOf({ title }: ExperimentSpec, name: string): string {
  return title ?? name.replace(/\.fscope\.ya?ml$/, '');
}

/** The pairs that stand in the experiment itself. @throws TypeError when it names a file of them, which the caller reads */
export function pairsOf({ prompts }: ExperimentSpec): readonly PromptPair[] {
  if (typeof prompts === 'string') throw new TypeError(`the pairs of ${prompts} were not read`);
  return Array.isArray(prompts) ? (prompts as readonly PromptPair[]) : [prompts as PromptPair];
}

async function perform(
  run: ExperimentRun,
  bench: Bench,
  onSnapshot: (snapshot: RunResult) => void,
): Promise<RunResult> {
  const head = { name: runName(run), kind: runKind(run), at: '', direction: null, metric: run.metric ?? '' };
  const recorder = new Recorder(head, bench.pace, onSnapshot);
  recorder.note(...bench.pairs.flatMap(({ clean, corrupt }) => [...clean.notes, ...(corrupt?.notes ?? [])]));
  const end = (state: RunResult['state'], message?: string): RunResult => {
    recorder.close();
    recorder.note(...resultNotes(recorder.result(state)));
    return recorder.result(state, message);
  };
  try {
    await compute(run, bench, recorder);
    return end('complete');
  } catch (error) {
    if (bench.signal.aborted) return end('cancelled');
    return end('failed', error instanceof Error ? error.message : String(error));
  }
}

function compute(run: ExperimentRun, bench: Bench, recorder: Recorder): Promise<void> {
  if ('patch' in run) return runPatch(run, bench, recorder);
  if ('ablate' in run) return runAblation(run, bench, recorder);
  if ('attribute' in run) return runAttribution(run, bench, recorder);
  if ('direct' in run) return runDirect(run, bench, recorder);
  if ('lens' in run) return runLens(run, bench, recorder);
  if ('attention' in run) return runAttention(run, bench, recorder);
  return runSteered(run, bench, recorder);
}
