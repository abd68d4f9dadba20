/** The engine against activations and gradients of the reference implementation (test/reference). */
import { afterAll, describe, expect, it } from 'vitest';
import {
  dictionaryFixtures,
  fixturePath,
  modelFixture,
  readTensors,
  tinyFixture,
  tokensOf,
} from '../../../test/reference/fixtures';
import { expectClose } from '../../../test/reference/expectClose';
import { relativeError } from '../../../test/support/closeness';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { generate } from './generate';
import { loadDictionary, loadModel } from './loading';
import { ModelHost } from './modelHost';
import { capture, type Plan, type PlanOutput } from './plan';

const noText = () => null;

for (const name of ['gpt2-tiny', 'gpt2-odd', 'gpt2-f16']) {
  describe(name, () => {
    const fixture = modelFixture(name);
    const { host } = loadModel({ path: fixturePath(name, 'model') });
    afterAll(() => host.release());

    for (const { name: sequence, activations } of fixture.sequences) {
      it(`agrees at every hook point: ${sequence}`, async () => {
        const results = await host.run(capture(host.hooks), [tokensOf(fixture, sequence)]);
        expectClose(results, readTensors(name, activations), 1e-4);
      });
    }

    for (const { sequence, metric: text, value, file } of fixture.gradients) {
      it(`agrees in the gradient at every hook point: ${text}, ${sequence}`, async () => {
        const metric = parseMetric(text, noText);
        const tokens = [tokensOf(fixture, sequence)];
        const reference = readTensors(name, file);
        const wanted = [...reference.keys()].map((key): PlanOutput => ({
          kind: 'gradient',
          hook: key.slice('grad.'.length),
        }));
        const plan: Plan = { ...capture([]), metric: metric.kind, outputs: [{ kind: 'metric' }, ...wanted] };
        const results = await host.run(plan, tokens, metricFeeds(metric, tokens));
        expect(results.get('metric')!.data[0]).toBeCloseTo(value, 4);
        expectClose(results, reference, 1e-3);
      });
    }
  });
}

describe('dictionaries', () => {
  for (const { folder, expected, normFactor, kind } of dictionaryFixtures()) {
    it(`${kind} ${folder}${normFactor === null ? '' : ` with norm factor ${normFactor}`}`, async () => {
      const host = new ModelHost(null, new Map());
      const path = fixturePath('dictionaries', folder);
      loadDictionary(host, { id: 'd', path, ...(normFactor === null ? {} : { normFactor }) });
      const reference = readTensors('dictionaries', folder, expected);
      const x = reference.get('x')!;
      const flat = { data: x.data, dims: [x.shape[0]!, x.data.length / x.shape[0]!] };
      const results = await host.encode('d', flat);
      const acts = reference.get('feature_acts')!.data;
      const found = results.get('feature_acts')!.data as Float32Array;
      expect(found.map((value) => Math.sign(value))).toEqual(acts.map((value) => Math.sign(value)));
      expect(relativeError(found, acts, acts.length)).toBeLessThan(1e-5);
      const reconstruction = reference.get('reconstruction')!.data;
      expect(
        relativeError(
          results.get('reconstruction')!.data as Float32Array,
          reconstruction,
          reconstruction.length,
        ),
      ).toBeLessThan(1e-5);
      await host.release();
    });
  }
});

describe('generation', () => {
  it('writes on with cached keys and values as the reference does', async () => {
    const fixture = tinyFixture();
    const { host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
    const { prompt, continuation } = fixture.greedy;
    const sent: number[] = [];
    const tokens = await generate(
      host,
      { tokens: prompt, maxTokens: continuation.length, stop: [], temperature: 0, seed: 0, steering: [] },
      { isCancelled: () => false, partial: (token) => sent.push((token as { id: number }).id) },
    );
    expect(tokens.map(({ id }) => id)).toEqual(continuation);
    expect(sent).toEqual(continuation);
    await host.release();
  });
});
