import { metricFeeds, parseMetric } from '../experiments/metric';
import { capture, type Plan, type PlanOutput } from '../engine/plan';
import { type CommandContext, openModel, wantedHooks } from './session';
import { writeRow } from './tensorFile';
import { CommandError } from './usage';

/** `gradient`: the derivative of a metric with respect to activations. */
export async function gradient(context: CommandContext): Promise<null> {
  const out = context.options.required('out');
  const metricText = context.options.required('metric');
  const { summary, prompt } = await openModel(context);
  const hooks = wantedHooks(context, summary);
  const metric = parseMetric(metricText, (text) => prompt.tokenizer?.idOf(text) ?? null);
  if (metric.kind === 'feature') {
    throw new CommandError(
      '--metric',
      'a feature is a metric of experiments (patch, attribute); choose another',
    );
  }
  const wrong = metric.answers.flat().find((id) => id >= summary.dimensions.vocabulary);
  if (wrong !== undefined) throw new CommandError('--metric', `token ${wrong} is not in the vocabulary`);
  if (metric.kind === 'kl') {
    throw new CommandError(
      '--metric',
      'kl compares two runs and its gradient at the clean run is 0; choose another',
    );
  }
  const plan: Plan = {
    ...capture([]),
    metric: metric.kind,
    outputs: hooks.map((hook): PlanOutput => ({ kind: 'gradient', hook })),
  };
  const tokens = [prompt.ids];
  const params = { plan, tokens, feeds: metricFeeds(metric, tokens) };
  writeRow(out, await context.engine.request('run', params, { signal: context.signal }));
  return null;
}
