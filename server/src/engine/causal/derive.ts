/** Runs a plan with derivatives, in stretches where it is long. */
import type { Feeds } from '../feeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import type { Plan } from '../plan';
import { cotangentInput } from '../planGraph';
import { evenCuts, forwardPlan, type Stretch, stretches } from './stretches';

/**
 * The plan's outputs, each with the batch as first axis.
 * @param cuts the layers before which the run is cut
 * @throws RunError, or what `lookUp` throws between stretches
 */
export async function derive(
  host: ModelHost,
  plan: Plan,
  tokens: readonly (readonly number[])[],
  feeds: Feeds,
  lookUp: LookUp,
  cuts = evenCuts(host, plan, tokens.length, tokens[0]!.length),
): Promise<Map<string, Tensor>> {
  const parts = stretches(host, plan, cuts);
  const given = new Map([...feeds, ...(await startValues(host, plan, parts, tokens, feeds, lookUp))]);
  const results = new Map<string, Tensor>();
  for (const { plan: part, from } of parts.toReversed()) {
    await lookUp();
    for (const [name, tensor] of await host.run(part, tokens, given)) {
      if (from !== null && name === `grad.${from}`) given.set(cotangentInput(from), tensor);
      else results.set(name, tensor);
    }
  }
  return results;
}

/** What each stretch but the lowest starts from, by hook point. */
export async function startValues(
  host: ModelHost,
  plan: Plan,
  parts: readonly Stretch[],
  tokens: readonly (readonly number[])[],
  feeds: Feeds,
  lookUp: LookUp,
): Promise<Feeds> {
  const forward = forwardPlan(plan, parts);
  if (forward.outputs.length === 0) return new Map();
  await lookUp();
  return host.run(forward, tokens, feeds, 0, lookUp);
}
