/** Long runs in pieces: the same numbers, and room for a cancellation in between. */
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { relativeError } from '../../../test/support/closeness';
import { writeRandomModel } from '../../../test/support/randomModel';
import { temporaryFolder } from '../../../test/support/temporary';
import { chunkBoundaries } from './chunks';
import { loadModel } from './loading';
import { capture, type Plan, type PlanOutput } from './plan';
import { rowFeeds } from './metricFeeds';
import { interventionInput } from './planGraph';
import { Engine } from './supervisor';

const SHAPE = { layers: 6, heads: 4, dModel: 256, vocabulary: 2000, context: 1024 };
const LENGTH = 1000;
const tokens = [Array.from({ length: LENGTH }, (_, i) => (i * 37) % SHAPE.vocabulary)];
const gpt2 = {
  layers: 12,
  heads: 12,
  kvHeads: 12,
  dModel: 768,
  dHead: 64,
  dMlp: 3072,
  vocabulary: 50257,
  context: 1024,
};

const hookOf = (output: PlanOutput) => ('hook' in output ? output.hook : 'logits');
const boundaries = (plan: Plan, batch: number, length: number) =>
  chunkBoundaries(plan, gpt2, batch, length, hookOf);

describe('chunkBoundaries', () => {
  it('end where the plan reads last and begin where it starts', () => {
    expect(boundaries(capture(['blocks.2.attn.hook_z']), 64, 1024)).toEqual(
      [1, 2].map((layer) => `blocks.${layer}.hook_resid_pre`),
    );
    expect(boundaries(capture(['blocks.1.hook_resid_pre']), 64, 1024)).toEqual([]);
    const inside = { ...capture(['logits']), starts: ['blocks.9.hook_resid_pre'] };
    expect(boundaries(inside, 64, 1024)).toEqual([10, 11].map((layer) => `blocks.${layer}.hook_resid_pre`));
  });

  it('leave short runs whole and split long ones between layers, evenly', () => {
    const plan = capture(['logits']);
    expect(boundaries(plan, 1, 16)).toEqual([]);
    const split = boundaries(plan, 1, 256);
    expect(split.length).toBeGreaterThan(1);
    const layers = split.map((hook) => Number(/^blocks\.(\d+)\.hook_resid_pre$/.exec(hook)![1]));
    expect(new Set(layers.map((layer, i) => layer - (layers[i - 1] ?? 0))).size).toBe(1);
    expect(boundaries(plan, 64, 1024)).toHaveLength(11);
  });

  it('leave plans whole that need every layer at once or start inside', () => {
    const gradient: Plan = {
      ...capture([]),
      metric: 'loss',
      outputs: [{ kind: 'gradient', hook: 'hook_embed' }],
    };
    expect(boundaries(gradient, 1, 1024)).toEqual([]);
    expect(boundaries({ ...capture(['logits']), starts: ['hook_embed'] }, 1, 1024)).toEqual([]);
  });
});

describe('a run in pieces', () => {
  it('gives what it gives whole, interventions at a boundary included', async () => {
    const folder = temporaryFolder();
    writeRandomModel(folder, SHAPE);
    const { host } = loadModel({ path: folder });
    const [boundary] = chunkBoundaries(capture(['logits']), host.architecture.dimensions, 1, LENGTH, hookOf);
    const hooks = ['blocks.0.hook_mlp_out', boundary!, 'blocks.5.attn.hook_z', 'logits'];
    const dims = [1, LENGTH, SHAPE.dModel];
    const added = Float32Array.from({ length: LENGTH * SHAPE.dModel }, (_, i) => Math.sin(i));
    const feeds = new Map([[interventionInput(boundary!), { data: added, dims }]]);
    const plan: Plan = { ...capture(hooks), interventions: [{ hook: boundary!, kind: 'add' }] };
    let pauses = 0;
    const lookUp = () => {
      pauses++;
      return Promise.resolve();
    };
    const inPieces = await host.run(plan, tokens, feeds, 0, lookUp);
    expect(pauses).toBeGreaterThan(0);
    const metric = rowFeeds({ kind: 'loss', a: [], b: [] }, [3, 5], tokens);
    const outputs = [...plan.outputs, { kind: 'gradient' as const, hook: 'hook_embed' }];
    const whole = await host.run(
      { ...plan, metric: 'loss', outputs },
      tokens,
      new Map([...feeds, ...metric]),
    );
    expect([...inPieces.keys()]).toEqual(hooks);
    for (const hook of hooks) {
      const [found, reference] = [inPieces.get(hook)!, whole.get(hook)!];
      expect(found.dims).toEqual(reference.dims);
      const error = relativeError(
        found.data as Float32Array,
        reference.data as Float32Array,
        found.dims.at(-1)!,
      );
      expect(error, hook).toBeLessThan(1e-5);
    }
    await host.release();
  });

  it('can be cancelled in between, and the engine goes on', async () => {
    const folder = temporaryFolder();
    writeRandomModel(folder, { ...SHAPE, layers: 24 });
    const engine = new Engine({ entry: join(inject('bundles'), 'engine.js') });
    try {
      await engine.request('load', { path: folder });
      const run = { plan: capture(['logits']), tokens };
      const abort = new AbortController();
      const cancelled = engine.request('run', run, { signal: abort.signal });
      setTimeout(() => {
        abort.abort();
      }, 50);
      await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
      expect((await engine.request('run', { ...run, tokens: [[1]] })).size).toBe(1);
    } finally {
      await engine.dispose();
    }
  });
});
