/** Direct logit attribution against the reference (float64), and what it must not answer. */
import { afterAll, describe, expect, it } from 'vitest';
import { directFixtures, patchingPairs } from '../../../../test/reference/patchingFixtures';
import { relativeError } from '../../../../test/support/closeness';
import { FixtureHosts, hookOf, metricSpec, readPositions } from '../../../../test/support/patchingRuns';
import type { Tensor } from '../ort';
import { direct } from './direct';
import type { CausalRun, DirectParams, NodeHook } from './requests';

const hosts = new FixtureHosts();
afterAll(() => hosts.release());

const lookUp = () => Promise.resolve();
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('direct attribution agrees with the reference', () => {
  for (const fixture of directFixtures()) {
    const { pair, metric, metricParts } = fixture;
    const tokens = patchingPairs()[pair]!.clean;
    const run: CausalRun = { tokens, readAt: readPositions(metricParts, tokens.length) };
    const host = hosts.of(pair);
    const layers = Array.from({ length: host.architecture.dimensions.layers }, (_, layer) => layer);

    async function contributions(nodes: readonly NodeHook[]) {
      const params: DirectParams = { run, metric: metricSpec(metricParts), nodes };
      const result = await direct(host, params, lookUp);
      expect(relativeError([result.metric], [fixture.value], 1)).toBeLessThan(1e-4);
      return nodes.map(({ hook }) => atReadPosition(result.values.get(hook)!));
    }

    /** The contributions [...] where the metric is read; everywhere else there are none. */
    function atReadPosition({ data, dims }: Tensor): number[] {
      expect(dims[0]).toBe(tokens.length);
      const width = data.length / tokens.length;
      const [read] = run.readAt;
      const numbers = Array.from(data, Number);
      expect(numbers.every((x, i) => x === 0 || Math.floor(i / width) === read)).toBe(true);
      return numbers.slice(read! * width, (read! + 1) * width);
    }

    const perLayer = (at: string, each = false) =>
      layers.map((layer) => ({ hook: hookOf(host, at, layer), each }));

    it(`layers add up to the metric: ${pair} ${metric}`, async () => {
      const embeddings = ['hook_embed', 'hook_pos_embed'].map((hook) => ({ hook, each: false }));
      const found = await contributions([...embeddings, ...perLayer('attn_out'), ...perLayer('mlp_out')]);
      const wanted = [fixture.embed, fixture.posEmbed, ...fixture.attnOut, ...fixture.mlpOut];
      expect(relativeError(found.flat(), wanted, wanted.length)).toBeLessThan(1e-4);
      expect(sum(found.flat()) + fixture.constant).toBeCloseTo(fixture.value, 4);
    });

    it(`heads and neurons: ${pair} ${metric}`, async () => {
      const heads = await contributions(perLayer('z'));
      expect(relativeError(heads.flat(), fixture.heads.flat(), heads[0]!.length)).toBeLessThan(1e-4);
      const results = await contributions(perLayer('result'));
      expect(relativeError(results.flat(), fixture.heads.flat(), heads[0]!.length)).toBeLessThan(1e-4);
      const neurons = await contributions(perLayer('mlp_post', true));
      expect(relativeError(neurons.flat(), fixture.neurons.flat(), neurons[0]!.length)).toBeLessThan(1e-4);
    });

    for (const { dictionary, features, error } of fixture.dictionaries) {
      it(`features and error of ${dictionary}: ${metric}`, async () => {
        const hook = (at: string) => hookOf(host, at, 0, dictionary);
        const nodes = [
          { hook: hook('features'), each: true },
          { hook: hook('error'), each: false },
        ];
        const [ofFeatures, ofError] = await contributions(nodes);
        expect(relativeError(ofFeatures!, features, features.length)).toBeLessThan(1e-4);
        expect(relativeError(ofError!, [error], 1)).toBeLessThan(1e-4);
      });
    }
  }
});

describe('direct attribution', () => {
  const tokens = patchingPairs()['tiny']!.clean;
  const host = hosts.of('tiny');
  const embed = { hook: 'hook_embed', each: false };
  const request = (change: Partial<DirectParams> = {}): DirectParams => ({
    run: { tokens, readAt: [tokens.length - 1] },
    metric: { kind: 'logit', a: [7], b: [] },
    nodes: [embed],
    ...change,
  });

  it('reads several positions in equal parts', async () => {
    const contributions = async (readAt: number[]) => {
      const { values } = await direct(host, request({ run: { tokens, readAt } }), lookUp);
      return Array.from(values.get('hook_embed')!.data, Number);
    };
    const [at3, at8, both] = [
      await contributions([3]),
      await contributions([8]),
      await contributions([3, 8]),
    ];
    const wanted = both.map((_, at) => (at3[at]! + at8[at]!) / 2);
    expect(relativeError(both, wanted, wanted.length)).toBeLessThan(1e-5);
  });

  it('gives the metric where no node is asked for', async () => {
    const { metric, values } = await direct(host, request({ nodes: [] }), lookUp);
    expect(values.size).toBe(0);
    expect(metric).toBeCloseTo((await direct(host, request(), lookUp)).metric, 4);
  });

  it('says what it cannot do', async () => {
    const refused = (change: Partial<DirectParams>) => expect(direct(host, request(change), lookUp)).rejects;
    await refused({ metric: { kind: 'log_prob', a: [7], b: [] } }).toThrow(/log_prob is not: take logit/);
    await refused({ nodes: [{ hook: 'blocks.1.attn.hook_q', each: false }] }).toThrow(
      /not enter .* linearly/,
    );
    await refused({ nodes: [{ hook: 'hook_embd', each: false }] }).toThrow(/did you mean hook_embed/);
    await refused({ nodes: [embed, { hook: 'hook_embed', each: true }] }).toThrow(
      /hook_embed is asked for twice/,
    );
    await refused({ run: { tokens, readAt: [12] } }).toThrow(/position 12/);
  });
});
