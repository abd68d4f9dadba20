/** How far the engine is from the reference on one checkpoint: the worst error of each thing it is asked, by the design's measure. */
import type { RunResult } from '../../protocol/experiments';
import { flattened } from '../../protocol/normalise';
import { generate } from '../../server/src/engine/generate';
import type { ModelHost } from '../../server/src/engine/modelHost';
import { capture, type Plan, type PlanOutput } from '../../server/src/engine/plan';
import { metricFeeds, parseMetric } from '../../server/src/experiments/metric';
import { runExperiment } from '../../server/src/experiments/lab/experiment';
import type { Laboratory } from '../../server/src/experiments/lab/laboratory';
import { relativeError } from '../support/closeness';
import { type FamilyFixture, familyTensors, familyValues, type PatchFixture } from './familyFixtures';
import type { ReferenceTensors } from './fixtures';

/** A result as the engine gives it, with a batch of one in front. */
interface Result {
  readonly data: ArrayLike<number | bigint>;
  readonly dims: readonly number[];
}

/** The tensor that is furthest from the reference. */
export interface WorstError {
  readonly name: string;
  readonly error: number;
}

/** @throws Error naming a tensor of the reference that is not among the results, or has another shape */
export function worstOf(results: ReadonlyMap<string, Result>, reference: ReferenceTensors): WorstError {
  let worst: WorstError = { name: '', error: 0 };
  for (const [name, { shape, data }] of reference) {
    const found = results.get(name);
    const dims = found?.dims.slice(1).join() ?? 'missing';
    if (!found || dims !== shape.join()) throw new Error(`${name} is [${dims}], not [${shape.join()}]`);
    const error = relativeError(found.data as Float32Array, data, shape.at(-1) ?? 1);
    if (!(error <= worst.error)) worst = { name, error };
  }
  return worst;
}

/** Every hook point and the logits. */
export async function runError(host: ModelHost, fixture: FamilyFixture): Promise<WorstError> {
  const { tokens, activations } = familyValues(fixture).sequences[0]!;
  return worstOf(await host.run(capture(host.hooks), [tokens]), familyTensors(fixture, activations));
}

/** Every hook point and the logits where the host's model was loaded with the processing of the fixture. */
export async function processedError(host: ModelHost, fixture: FamilyFixture): Promise<WorstError> {
  const { sequences, processed } = familyValues(fixture);
  const tokens = [sequences[0]!.tokens];
  return worstOf(await host.run(capture(host.hooks), tokens), familyTensors(fixture, processed!.file));
}

/** The derivatives of one of the fixture's metrics, and the metric itself. */
export async function gradientError(
  host: ModelHost,
  fixture: FamilyFixture,
  at: number,
): Promise<WorstError> {
  const values = familyValues(fixture);
  const { metric: text, value, file } = values.gradients[at]!;
  const metric = parseMetric(text, () => null);
  const tokens = [values.sequences[0]!.tokens];
  const reference = familyTensors(fixture, file);
  const wanted = [...reference.keys()].map((key): PlanOutput => ({
    kind: 'gradient',
    hook: key.slice('grad.'.length),
  }));
  const plan: Plan = { ...capture([]), metric: metric.kind, outputs: [{ kind: 'metric' }, ...wanted] };
  const results = await host.run(plan, tokens, metricFeeds(metric, tokens));
  const worst = worstOf(results, reference);
  const ofMetric = relativeError(results.get('metric')!.data as Float32Array, [value], 1);
  return ofMetric > worst.error ? { name: 'metric', error: ofMetric } : worst;
}

/** A patching grid, the metric of both unchanged runs included. */
export async function patchError(lab: Laboratory, fixture: PatchFixture): Promise<WorstError> {
  const { at, axes, direction, metric, clean, corrupt, values } = fixture;
  const prompts = { clean: { tokens: clean }, corrupt: { tokens: corrupt } };
  const spec = { prompts, metric, runs: [{ patch: at, by: axes, direction }] };
  const { runs } = await runExperiment(spec, lab, { signal: new AbortController().signal });
  const [run] = runs as [RunResult];
  if (run.state !== 'complete') throw new Error(`The run is ${run.state}: ${JSON.stringify(run)}`);
  const grid = relativeError(flattened(run.values) as number[], values.flat(), values[0]!.length);
  const unchanged = [run.clean, run.corrupted] as number[];
  const ends = relativeError(unchanged, [fixture.cleanValue, fixture.corruptedValue], 2);
  return { name: `${at} by ${axes.join()}`, error: Math.max(grid, ends) };
}

/** The ids of the greedy text, written with cached keys and values. */
export async function greedyText(host: ModelHost, fixture: FamilyFixture): Promise<number[]> {
  const { prompt, continuation } = familyValues(fixture).greedy!;
  const wanted = { tokens: prompt, maxTokens: continuation.length, stop: [] };
  const tokens = await generate(
    host,
    { ...wanted, temperature: 0, seed: 0, steering: [] },
    { isCancelled: () => false, partial: () => undefined },
  );
  return tokens.map(({ id }) => id);
}
