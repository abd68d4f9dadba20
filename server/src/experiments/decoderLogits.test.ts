import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/reference/fixtures';
import { relativeError } from '../../../test/support/closeness';
import { loadModel } from '../engine/loading';
import type { Tensor } from '../engine/ort';
import { capture, type Plan } from '../engine/plan';
import { decoderLogits } from './decoderLogits';

const { host, summary } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
const model = { ...summary.dimensions, hooks: summary.hooks };
const run = ({ plan, feeds }: Parameters<Parameters<typeof decoderLogits>[0]>[0]) =>
  host.run(plan, [], feeds);
const direction = (width: number) => Float32Array.from({ length: width }, (_, i) => Math.sin(i * 1.7 + 1));

const TOKENS = [[5, 9, 17]];

afterAll(() => host.release());

const SCALE = 'ln_final.hook_scale';
const RESIDUAL = 'blocks.2.hook_resid_post';

/** The logits at the last of three positions with something added to the last residual stream there, the norm's scale held. */
async function held(added: Float32Array, scale: Tensor): Promise<Float32Array> {
  const value = new Float32Array(3 * model.dModel);
  value.set(added, 2 * model.dModel);
  const plan: Plan = {
    ...capture(['logits']),
    interventions: [
      { hook: RESIDUAL, kind: 'add' },
      { hook: SCALE, kind: 'replace' },
    ],
  };
  const feeds = new Map<string, Tensor>([
    [`value:${RESIDUAL}`, { data: value, dims: [1, 3, model.dModel] }],
    [`value:${SCALE}`, scale],
    [`value:${SCALE}.kept`, { data: new Float32Array(3), dims: scale.dims }],
  ]);
  const results = await host.run(plan, TOKENS, feeds);
  return (results.get('logits')!.data as Float32Array).slice(2 * model.vocabulary);
}

describe('decoderLogits', () => {
  it('needs a hook point that leads into the residual stream', async () => {
    expect(await decoderLogits(run, 'blocks.1.attn.hook_q', direction(32), model)).toBeNull();
    expect(await decoderLogits(run, 'blocks.1.attn.hook_z', direction(model.dHead), model)).toBeNull();
  });

  it('writes the same from a head as from the attention output that it makes', async () => {
    const z = await decoderLogits(run, 'blocks.2.attn.hook_z', direction(model.dModel), model);
    const plan = { ...capture(['blocks.2.hook_attn_out']), starts: ['blocks.2.attn.hook_z'] };
    const start = (data: Float32Array) =>
      new Map([['blocks.2.attn.hook_z', { data, dims: [1, 1, model.heads, model.dHead] }]]);
    const out = (await host.run(plan, [], start(direction(32)))).get('blocks.2.hook_attn_out')!
      .data as Float32Array;
    const zero = (await host.run(plan, [], start(new Float32Array(32)))).get('blocks.2.hook_attn_out')!
      .data as Float32Array;
    const attention = await decoderLogits(
      run,
      'blocks.2.hook_attn_out',
      out.map((x, i) => x - zero[i]!),
      model,
    );
    expect(relativeError(z!, attention!, z!.length)).toBeLessThan(1e-4);
  });

  it('is what the direction does to the logits while the scale of the last norm is held', async () => {
    const scale = (await host.run(capture([SCALE]), TOKENS)).get(SCALE)!;
    const [clean, steered] = [
      await held(new Float32Array(model.dModel), scale),
      await held(direction(model.dModel), scale),
    ];
    const change = steered.map((logit, i) => (logit - clean[i]!) * Number(scale.data[2]));
    const mean = change.reduce((a, b) => a + b, 0) / change.length;
    const logits = await decoderLogits(run, RESIDUAL, direction(model.dModel), model);
    expect(
      relativeError(
        logits!,
        change.map((x) => x - mean),
        change.length,
      ),
    ).toBeLessThan(1e-3);
  });
});

describe('decoderLogits where a norm stands behind attention and MLP', () => {
  const gemma = loadModel({ path: fixturePath('families', 'gemma2', 'model') });
  const { heads, dHead, dMlp } = gemma.summary.dimensions;
  const path = { ...gemma.summary.dimensions, hooks: gemma.summary.hooks };
  const runGemma: typeof run = ({ plan, feeds }) => gemma.host.run(plan, [], feeds);
  afterAll(() => gemma.host.release());

  it.each([
    ['blocks.1.attn.hook_z', heads * dHead],
    ['blocks.1.mlp.hook_post', dMlp],
  ])('is linear in a direction at %s', async (hook, width) => {
    const [a, b] = [direction(width), direction(width).map((x, i) => 3 * x + (i % 5))];
    const of = async (x: Float32Array) => (await decoderLogits(runGemma, hook, x, path))!;
    const [ofA, ofB] = [await of(a), await of(b)];
    const ofSum = await of(a.map((x, i) => x + b[i]!));
    const sum = ofA.map((x, i) => x + ofB[i]!);
    expect(relativeError(ofSum, sum, sum.length)).toBeLessThan(1e-5);
  });
});
