/**
 * Steering computed the slow way, apart from the engine's steering: every step runs all tokens anew without cached keys and
 * values, activations are fetched, changed here in float64 and put back whole.
 */
import type { ModelHost } from '../../server/src/engine/modelHost';
import type { Tensor } from '../../server/src/engine/ort';
import { capture, type Plan } from '../../server/src/engine/plan';
import { interventionInput } from '../../server/src/engine/planGraph';

/** Changes one position's activation, its inner axes flattened, in place. */
export type NaiveEdit = (h: Float64Array, position: number) => void | Promise<void>;

export interface NaiveChange {
  readonly hook: string;
  readonly edit: NaiveEdit;
}

/** Logits [pos, vocabulary] of a full run with the changes, given in the model's running order. */
export async function naiveLogits(
  host: ModelHost,
  tokens: readonly number[],
  changes: readonly NaiveChange[],
  base: Partial<Plan> = {},
  baseFeeds: ReadonlyMap<string, Tensor> = new Map(),
): Promise<Float32Array> {
  const feeds = new Map(baseFeeds);
  const done: string[] = [];
  const planned = (wanted: string): Plan => ({
    ...capture([wanted]),
    ...base,
    interventions: [
      ...(base.interventions ?? []),
      ...done.map((hook) => ({ hook, kind: 'replace' as const })),
    ],
  });
  for (const hook of [...new Set(changes.map((change) => change.hook))]) {
    const { data, dims } = (await host.run(planned(hook), [tokens], feeds)).get(hook)!;
    const width = data.length / tokens.length;
    const edited = Float32Array.from(data as Float32Array);
    for (let position = 0; position < tokens.length; position++) {
      const row = Float64Array.from(edited.subarray(position * width, (position + 1) * width));
      for (const change of changes) if (change.hook === hook) await change.edit(row, position);
      edited.set(row, position * width);
    }
    done.push(hook);
    feeds.set(interventionInput(hook), { data: edited, dims });
    feeds.set(`${interventionInput(hook)}.kept`, { data: new Float32Array(edited.length), dims });
  }
  return (await host.run(planned('logits'), [tokens], feeds)).get('logits')!.data as Float32Array;
}

/** Greedy continuation with ln p of each token, `logitsOf` being asked for the whole text at every step. */
export async function naiveGreedy(
  prompt: readonly number[],
  count: number,
  logitsOf: (tokens: readonly number[]) => Promise<Float32Array>,
): Promise<{ id: number; logProb: number }[]> {
  const tokens = [...prompt];
  const written: { id: number; logProb: number }[] = [];
  for (let i = 0; i < count; i++) {
    const all = await logitsOf(tokens);
    const last = Array.from(all.subarray(all.length - all.length / tokens.length));
    const most = Math.max(...last);
    const logProb = -Math.log(last.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    const id = last.indexOf(most);
    written.push({ id, logProb });
    tokens.push(id);
  }
  return written;
}
