import type { CommandContext } from './session';
import { experiment } from './experiment';
import { answerSweep } from './sweepResult';
import { readSweep, sweepSpec } from './sweepSpec';

/** `patch`: the metric with activations of the other prompt in place, cell by cell; with a file it is `experiment`. */
export async function patch(context: CommandContext): Promise<string | null> {
  const { options } = context;
  if (options.words.length > 0) return experiment(context);
  const { site, direction, range } = readSweep(options);
  return answerSweep(context, sweepSpec(options, { patch: site, direction, ...range }));
}
