/** Dictionaries spliced into the model, against the reference (fixture `splices`). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../../../test/reference/expectClose';
import {
  fixturePath,
  type ReferenceTensor,
  readTensors,
  tinyFixture,
  tokensOf,
} from '../../../test/reference/fixtures';
import { temporaryCopy } from '../../../test/support/temporary';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { loadDictionary, loadModel } from './loading';
import type { DictionarySummary } from './messages';
import type { Tensor } from './ort';
import { capture, type DictionaryMode, type Plan, type PlanOutput } from './plan';
import { interventionInput } from './planGraph';

const fixture = tinyFixture();
const { sequence, metric: metricText, runs } = fixture.splices;
const tokens = [tokensOf(fixture, sequence)];
const metric = parseMetric(metricText, () => null);

function plan(mode: DictionaryMode, ...hooks: readonly string[]): Plan {
  return { ...capture(hooks), dictionaries: [{ id: 'd', mode }] };
}

function only(name: string, tensor: ReferenceTensor): Map<string, ReferenceTensor> {
  return new Map([[name, tensor]]);
}

for (const { dictionary, feature, file } of runs) {
  describe(`splicing ${dictionary}`, () => {
    const reference = readTensors('gpt2-tiny', file);
    const { host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
    let summary: DictionarySummary;
    beforeAll(() => {
      summary = loadDictionary(host, { id: 'd', path: fixturePath('dictionaries', dictionary) });
    });
    afterAll(() => host.release());

    it('reads the features beside the model, which runs as it is', async () => {
      const results = await host.run(plan('beside', 'logits', summary.featureHook), tokens);
      expectClose(results, only(summary.featureHook, reference.get('feature_acts')!), 1e-4);
      const clean = await host.run(capture(['logits']), tokens);
      expect(results.get('logits')).toEqual(clean.get('logits'));
    });

    it('runs through it with the error term, which changes nothing', async () => {
      const results = await host.run(plan('through', 'logits', summary.featureHook), tokens);
      expectClose(results, only('logits', reference.get('logits.with-error')!), 1e-4);
      expectClose(results, only(summary.featureHook, reference.get('feature_acts')!), 1e-4);
    });

    it('runs on the reconstruction instead', async () => {
      const results = await host.run(plan('instead', 'logits'), tokens);
      expectClose(results, only('logits', reference.get('logits.reconstruction')!), 1e-4);
    });

    it('leaves out what it does not explain as the error', async () => {
      const [whole, explained] = await Promise.all(
        (['through', 'instead'] as const).map(async (mode) => {
          const results = await host.run(plan(mode, summary.hookNameOut), tokens);
          return results.get(summary.hookNameOut)!;
        }),
      );
      const data = (whole!.data as Float32Array).map((x, i) => x - Number(explained!.data[i]));
      const error = new Map([['error', { data, dims: whole!.dims }]]);
      expectClose(error, only('error', reference.get('error')!), 1e-4);
    });

    it('ablates a feature', async () => {
      const hook = summary.featureHook;
      const dims = [1, tokens[0]!.length, summary.dSae];
      const all = (value: number): Tensor => ({
        data: new Float32Array(dims.reduce((a, b) => a * b)).fill(value),
        dims,
      });
      const kept = all(1);
      for (let i = feature; i < kept.data.length; i += summary.dSae) kept.data[i] = 0;
      const feeds = new Map([
        [interventionInput(hook), all(0)],
        [`${interventionInput(hook)}.kept`, kept],
      ]);
      const ablation: Plan = { ...plan('through', 'logits'), interventions: [{ hook, kind: 'replace' }] };
      const results = await host.run(ablation, tokens, feeds);
      expectClose(results, only('logits', reference.get('logits.feature-ablated')!), 1e-4);
    });

    it('differentiates with respect to features, error and what lies upstream', async () => {
      const wanted = [summary.featureHook, summary.hookNameOut, 'blocks.0.hook_resid_post'];
      const outputs = wanted.map((hook): PlanOutput => ({ kind: 'gradient', hook }));
      const gradients: Plan = { ...plan('through'), metric: metric.kind, outputs };
      const results = await host.run(gradients, tokens, metricFeeds(metric, tokens));
      // What the error adds to is what the hook point holds, so the two derivatives are one.
      const expected = new Map([
        [`grad.${summary.featureHook}`, reference.get('grad.feature_acts')!],
        [`grad.${summary.hookNameOut}`, reference.get('grad.error')!],
        ['grad.blocks.0.hook_resid_post', reference.get('grad.blocks.0.hook_resid_post')!],
      ]);
      expectClose(results, expected, 1e-3);
    });
  });
}

describe('a dictionary after the last block', () => {
  it('reads every position, also beside a metric of one', async () => {
    const folder = temporaryCopy(fixturePath('dictionaries', 'standard-v5'));
    const file = join(folder, 'cfg.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('blocks.1.hook_resid_post', 'ln_final.hook_normalized'),
    );
    const { host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
    const { featureHook } = loadDictionary(host, { id: 'd', path: folder });
    const outputs: PlanOutput[] = [{ kind: 'metric' }, { kind: 'hook', hook: featureHook }];
    const both: Plan = { ...plan('beside'), metric: metric.kind, outputs };
    const results = await host.run(both, tokens, metricFeeds(metric, tokens));
    const alone = await host.run(plan('beside', featureHook), tokens);
    expect(results.get(featureHook)).toEqual(alone.get(featureHook));
    expect(results.get(featureHook)!.dims).toEqual([1, 17, 48]);
    await host.release();
  });
});
