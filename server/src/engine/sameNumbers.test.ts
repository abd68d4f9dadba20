/** One computation in different guises gives one result: shards, batches, suffixes, cached keys and values. */
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath, tinyFixture, tokensOf } from '../../../test/reference/fixtures';
import { relativeError } from '../../../test/support/closeness';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { matchHooks } from '../models/hookNames';
import { loadModel } from './loading';
import type { Tensor } from './ort';
import { capture, type Plan, type PlanOutput } from './plan';
import { interventionInput } from './planGraph';

const fixture = tinyFixture();
const { host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
afterAll(() => host.release());

const long = tokensOf(fixture, 'long');
const other = long.toReversed().map((id) => (id * 7) % 300);

/** Row `row` of a batch, as a batch of one. */
function rowOf({ data, dims }: Tensor, row: number): Tensor {
  const size = data.length / dims[0]!;
  return { data: data.slice(row * size, (row + 1) * size), dims: [1, ...dims.slice(1)] };
}

describe('a model in several files', () => {
  it('is the model in one file', async () => {
    const sharded = loadModel({ path: fixturePath('gpt2-tiny', fixture.sharded) });
    expect(sharded.summary.parameters).toBe(
      loadModel({ path: fixturePath('gpt2-tiny', 'model') }).summary.parameters,
    );
    const results = await sharded.host.run(capture(host.hooks), [long]);
    expect(results).toEqual(await host.run(capture(host.hooks), [long]));
    await sharded.host.release();
  });
});

describe('a batch', () => {
  it('is its rows one by one, bit for bit', async () => {
    const rows = [long, other, long.map(() => 0)];
    const together = await host.run(capture(host.hooks), rows);
    for (const [row, tokens] of rows.entries()) {
      const alone = await host.run(capture(host.hooks), [tokens]);
      for (const [hook, tensor] of alone) expect(rowOf(together.get(hook)!, row), hook).toEqual(tensor);
    }
  });

  it('is its rows in the gradient too', async () => {
    const metric = parseMetric('logit_diff:7,280', () => null);
    const outputs = matchHooks(['**'], host.hooks).map((hook): PlanOutput => ({ kind: 'gradient', hook }));
    const plan: Plan = { ...capture([]), metric: metric.kind, outputs };
    const rows = [long, other];
    const together = await host.run(plan, rows, metricFeeds(metric, rows));
    for (const [row, tokens] of rows.entries()) {
      const alone = await host.run(plan, [tokens], metricFeeds(metric, [tokens]));
      for (const [hook, { data, dims }] of alone) {
        const found = rowOf(together.get(hook)!, row).data as Float32Array;
        expect(relativeError(found, data as Float32Array, dims.at(-1)!), hook).toBeLessThan(1e-5);
      }
    }
  });
});

describe('a run that starts at a layer', () => {
  it.each([0, 1, 2])('is the end of the whole run, bit for bit: layer %i', async (layer) => {
    const start = `blocks.${layer}.hook_resid_pre`;
    const later = matchHooks(['**'], host.hooks).filter(
      (hook) => /^blocks\.(\d+)/.test(hook) && Number(/^blocks\.(\d+)/.exec(hook)![1]) >= layer,
    );
    const wanted = [...later, 'ln_final.hook_scale', 'ln_final.hook_normalized', 'logits'];
    const whole = await host.run(capture(wanted), [long, other]);
    const plan: Plan = { ...capture(wanted), starts: [start] };
    const suffix = await host.run(plan, [long, other], new Map([[start, whole.get(start)!]]));
    expect(suffix).toEqual(whole);
  });

  it('lets interventions act on what is fed', async () => {
    const start = 'blocks.1.hook_resid_pre';
    const clean = (await host.run(capture([start]), [long])).get(start)!;
    const plan: Plan = { ...capture(['logits']), interventions: [{ hook: start, kind: 'scale' }] };
    const factors = { data: new Float32Array(clean.data.length).fill(-0.5), dims: clean.dims };
    const feeds = new Map([[interventionInput(start), factors]]);
    const whole = await host.run(plan, [long], feeds);
    const suffix = await host.run({ ...plan, starts: [start] }, [long], new Map([...feeds, [start, clean]]));
    expect(suffix).toEqual(whole);
    expect(whole).not.toEqual(await host.run(capture(['logits']), [long]));
  });

  it('needs no tokens', async () => {
    const [start, wanted] = ['blocks.2.hook_resid_mid', 'blocks.2.mlp.hook_post'] as const;
    const whole = await host.run(capture([start, wanted]), [long]);
    const plan: Plan = { ...capture([wanted]), starts: [start] };
    const results = await host.run(plan, [], new Map([[start, whole.get(start)!]]));
    expect(results.get(wanted)).toEqual(whole.get(wanted));
  });
});

describe('cached keys and values', () => {
  it.each([1, 5, 16])('give what the whole text gives: %i positions cached', async (past) => {
    const layers = Array.from({ length: 3 }, (_, layer) => layer);
    const cached = layers.flatMap((layer) =>
      ['k', 'v'].map((part) => ({
        hook: `blocks.${layer}.attn.hook_${part}`,
        input: `past.${layer}.${part}`,
      })),
    );
    const first = await host.run(capture(cached.map(({ hook }) => hook)), [long.slice(0, past)]);
    const feeds = new Map(cached.map(({ hook, input }) => [input, first.get(hook)!]));
    const wanted = [
      'blocks.0.hook_resid_post',
      'blocks.2.attn.hook_pattern',
      'blocks.2.hook_resid_post',
      'logits',
    ];
    const rest = await host.run({ ...capture(wanted), past: true }, [long.slice(past)], feeds, past);
    const whole = await host.run(capture(wanted), [long]);
    for (const [hook, { data, dims }] of rest) {
      const reference = whole.get(hook)!;
      const expected = hook.endsWith('pattern')
        ? laterQueries(reference, past)
        : laterPositions(reference, past);
      expect(dims).toEqual(expected.dims);
      const error = relativeError(data as Float32Array, expected.data as Float32Array, dims.at(-1)!);
      expect(error, hook).toBeLessThan(1e-5);
    }
  });
});

function laterPositions({ data, dims }: Tensor, past: number): Tensor {
  const [, positions, ...inner] = dims as [number, number, ...number[]];
  const size = inner.reduce((a, b) => a * b, 1);
  return { data: data.slice(past * size), dims: [1, positions - past, ...inner] };
}

function laterQueries({ data, dims }: Tensor, past: number): Tensor {
  const [, heads, queries, keys] = dims as [number, number, number, number];
  const rows = Array.from({ length: heads }, (_, head) => [
    ...(data as Float32Array).subarray((head * queries + past) * keys, (head + 1) * queries * keys),
  ]);
  return { data: Float32Array.from(rows.flat()), dims: [1, heads, queries - past, keys] };
}
