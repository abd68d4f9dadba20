import type { Plan, PlanOutput } from '../engine/plan';
import { capture } from '../engine/plan';
import { type CommandContext, openDictionaries, openModel, wantedHooks } from './session';
import { writeRow } from './tensorFile';

/** `run`: activations at hook points, features beside them, and the logits. */
export async function run(context: CommandContext): Promise<null> {
  const out = context.options.required('out');
  const { summary, prompt } = await openModel(context);
  const hooks = wantedHooks(context, summary);
  const dictionaries = await openDictionaries(context);
  const wanted = new Set([...hooks, ...dictionaries.map(({ featureHook }) => featureHook), 'logits']);
  const plan: Plan = {
    ...capture([]),
    dictionaries: dictionaries.map(({ id }) => ({ id, mode: 'beside' })),
    outputs: [...wanted].map((hook): PlanOutput => ({ kind: 'hook', hook })),
  };
  const results = await context.engine.request(
    'run',
    { plan, tokens: [prompt.ids] },
    { signal: context.signal },
  );
  writeRow(out, results);
  return null;
}
