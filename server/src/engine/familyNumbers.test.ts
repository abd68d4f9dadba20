/** What one computation in different guises gives in every family: batches, starts at a layer, cached keys and values, derivatives. */
import { afterAll, describe, expect, it } from 'vitest';
import { familyFixtures, familyValues } from '../../../test/reference/familyFixtures';
import { fixturePath } from '../../../test/reference/fixtures';
import { relativeError } from '../../../test/support/closeness';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { matchHooks } from '../models/hookNames';
import { RunError } from './feeds';
import { generate } from './generate';
import { loadModel } from './loading';
import type { Tensor } from './ort';
import { capture, type Plan } from './plan';
import { interventionInput } from './planGraph';

const NAMES = [
  'gpt-neo',
  'gpt-neox',
  'llama-gqa',
  'mistral',
  'gemma2',
  'gemma3',
  'qwen3',
  'phi-qk-norm',
  'lens-attention-only',
  'lens-bidirectional',
  'lens-gated-rotary',
];

function rowOf({ data, dims }: Tensor, row: number): Tensor {
  const size = data.length / dims[0]!;
  return { data: data.slice(row * size, (row + 1) * size), dims: [1, ...dims.slice(1)] };
}

function expectSame(found: Tensor, { data, dims }: Tensor, hook: string): void {
  expect(found.dims, hook).toEqual(dims);
  const error = relativeError(found.data as Float32Array, data as Float32Array, dims.at(-1)!);
  expect(error, hook).toBeLessThan(1e-5);
}

/** From position `first` on, of a tensor whose second axis (third of patterns) is positions. */
function later({ data, dims }: Tensor, hook: string, first: number): Tensor {
  const axis = /\.(hook_pattern|hook_attn_scores)$/.test(hook) ? 2 : 1;
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const length = dims[axis]!;
  const kept = (data as Float32Array).filter((_, i) => Math.floor(i / inner) % length >= first);
  return { data: kept, dims: dims.with(axis, length - first) };
}

for (const fixture of familyFixtures().filter(({ name }) => NAMES.includes(name))) {
  describe(fixture.name, () => {
    const { host } = loadModel({ path: fixturePath('families', fixture.name, fixture.model) });
    afterAll(() => host.release());
    const { causal, dimensions } = host.architecture;
    const { tokens } = familyValues(fixture).sequences[0]!;
    const other = tokens.map((id) => (id * 7 + 3) % dimensions.vocabulary);
    const hooks = matchHooks(['**'], host.hooks);

    it('gives a batch as its rows one by one', async () => {
      const together = await host.run(capture(hooks), [tokens, other]);
      for (const [row, alone] of [tokens, other].entries()) {
        const results = await host.run(capture(hooks), [alone]);
        for (const [hook, tensor] of results) expectSame(rowOf(together.get(hook)!, row), tensor, hook);
      }
    });

    it('gives the end of a run from the middle', async () => {
      const start = `blocks.1.hook_resid_pre`;
      const wanted = hooks.slice(hooks.indexOf(start) + 1);
      const whole = await host.run(capture([start, ...wanted]), [tokens]);
      const feeds = new Map([[start, whole.get(start)!]]);
      const suffix = await host.run({ ...capture(wanted), starts: [start] }, [tokens], feeds);
      for (const [hook, tensor] of suffix) expectSame(tensor, whole.get(hook)!, hook);
    });

    if (causal)
      it('gives with cached keys and values what the whole text gives', async () => {
        const past = 5;
        const layers = Array.from({ length: dimensions.layers }, (_, layer) => layer);
        const cached = layers.flatMap((layer) =>
          ['k', 'v'].map((part) => ({
            hook: `blocks.${layer}.attn.hook_${part}`,
            input: `past.${layer}.${part}`,
          })),
        );
        const first = await host.run(capture(cached.map(({ hook }) => hook)), [tokens.slice(0, past)]);
        const feeds = new Map(cached.map(({ hook, input }) => [input, first.get(hook)!]));
        const rest = await host.run({ ...capture(hooks), past: true }, [tokens.slice(past)], feeds, past);
        const whole = await host.run(capture(hooks), [tokens]);
        for (const [hook, tensor] of rest) expectSame(tensor, later(whole.get(hook)!, hook, past), hook);
      });

    if (!causal)
      it('refuses to write on', async () => {
        const params = { tokens, maxTokens: 2, temperature: 0, seed: 1, steering: [], stop: [] };
        const context = { isCancelled: () => false, partial: () => undefined };
        await expect(generate(host, params, context)).rejects.toThrow(RunError);
      });

    it.each(['hook_resid_pre', 'attn.hook_k', 'attn.hook_q', 'attn.hook_z', 'hook_attn_out'])(
      'has the derivative by %s that finite differences have',
      async (point) => {
        const hook = `blocks.1.${point}`;
        const metric = parseMetric('logit_diff:7,55', () => null);
        const plan: Plan = {
          ...capture([]),
          metric: metric.kind,
          outputs: [{ kind: 'metric' }, { kind: 'gradient', hook }],
        };
        const feeds = metricFeeds(metric, [tokens]);
        const { data, dims } = (await host.run(plan, [tokens], feeds)).get(`grad.${hook}`)!;
        const gradient = data as Float32Array;
        const length = Math.hypot(...gradient);
        const step = 0.01;
        const moved = async (sign: number) => {
          const added = gradient.map((value) => (sign * step * value) / length);
          const edited: Plan = {
            ...plan,
            outputs: [{ kind: 'metric' }],
            interventions: [{ hook, kind: 'add' }],
          };
          const given = new Map([...feeds, [interventionInput(hook), { data: added, dims }] as const]);
          return (await host.run(edited, [tokens], given)).get('metric')!.data[0] as number;
        };
        const slope = ((await moved(1)) - (await moved(-1))) / (2 * step);
        expect(Math.abs(slope / length - 1)).toBeLessThan(5e-3);
      },
    );
  });
}
