/** What `patch` and `attribute` answer with. */
import type { ExperimentSpec } from '../../../protocol/experimentSpec';
import { pairsOf } from '../experiments/lab/experiment';
import { needsTokenizer } from '../experiments/lab/needs';
import { resultText } from '../experiments/lab/resultText';
import { writeTextAtomically } from '../formats/atomicFile';
import { openLaboratory, perform } from './laboratory';
import { dictionaryPlaces } from './places';
import { runSummary } from './resultSummary';
import type { CommandContext } from './session';
import { CommandError } from './usage';

/**
 * Runs an experiment of one run and writes its result: `{at, direction, metric, clean, corrupted, axes, values}` first, `at` and
 * `metric` as they were given.
 * @throws CommandError when the run could not be done; nothing is written then
 */
export async function answerSweep(context: CommandContext, spec: ExperimentSpec): Promise<string | null> {
  const { options, terminal } = context;
  const prompts = pairsOf(spec);
  const lab = await openLaboratory(context, {
    model: spec.model!,
    dictionaries: dictionaryPlaces(spec.dictionaries ?? []),
    needsTokenizer: needsTokenizer(spec, prompts),
  });
  const { runs, provenance } = await perform(context, options.command, lab, spec, prompts);
  const run = runs[0]!;
  if (run.state !== 'complete') throw new CommandError(options.command, run.message ?? 'it was not finished');
  const { direction, clean, corrupted, axes, values, scores, ticks, verification, pairs, notes, cost } = run;
  const result = {
    at: options.required('at'),
    direction,
    metric: options.required('metric'),
    clean,
    corrupted,
    axes,
    values,
    ...(scores ? { scores } : {}),
    ...(verification ? { verification } : {}),
    ticks,
    pairs,
    notes,
    cost,
    provenance,
  };
  const out = options.text('out');
  if (out === null && !options.flag('json')) return runSummary(run);
  for (const note of run.notes) terminal.note(`note: ${note}`);
  if (out !== null) writeTextAtomically(out, resultText(result));
  return options.flag('json') ? JSON.stringify(result) : null;
}
