/** Attributions in every family: parts add up, paths add up, and queries and keys are one softmax for each. */
import { afterAll, describe, expect, it } from 'vitest';
import { familyFixtures, familyValues } from '../../../../test/reference/familyFixtures';
import { fixturePath } from '../../../../test/reference/fixtures';
import { relativeError } from '../../../../test/support/closeness';
import { loadModel } from '../loading';
import { rowFeeds } from '../metricFeeds';
import type { Tensor } from '../ort';
import { capture, type Plan } from '../plan';
import { interventionInput } from '../planGraph';
import { attribute } from './attribute';
import { metricPlan } from './baseRun';
import { direct } from './direct';
import type { AttributeParams, MetricSpec } from './requests';

const NAMES = [
  'gpt-neox',
  'gemma2',
  'gemma3',
  'llama-gqa',
  'phi-qk-norm',
  'lens-attention-only',
  'lens-bidirectional',
];
/** Nothing but named parts reaches their logits: there are no biases behind the last layer. */
const WITHOUT_BIASES = ['gemma2', 'gemma3', 'llama-gqa'];

const lookUp = () => Promise.resolve();
const metric: MetricSpec = { kind: 'logit_diff', a: [7], b: [55] };
const sum = (values: ArrayLike<number | bigint>) => Array.from(values, Number).reduce((a, b) => a + b, 0);

for (const fixture of familyFixtures().filter(({ name }) => NAMES.includes(name))) {
  describe(fixture.name, () => {
    const { host } = loadModel({ path: fixturePath('families', fixture.name, fixture.model) });
    afterAll(() => host.release());
    const { clean, corrupt } = familyValues(fixture).patches[0]!;
    const at = clean.length - 1;
    const { dHead } = host.architecture.dimensions;

    function request(method: AttributeParams['method'], hooks: readonly string[]): AttributeParams {
      return {
        base: { tokens: corrupt, readAt: [at] },
        source: { tokens: clean, readAt: [at] },
        alignment: clean.map((_, i) => i),
        reference: 'source',
        metric,
        method,
        steps: 64,
        nodes: hooks.map((hook) => ({ hook, each: false })),
      };
    }

    it('adds up along the path from one text to the other', async () => {
      const { base, source, values } = await attribute(host, request('ig', ['hook_embed']), lookUp);
      const total = sum(values.get('hook_embed')!.data);
      expect(Math.abs(total - (source - base))).toBeLessThan(0.05 * Math.max(Math.abs(source - base), 0.2));
    });

    if (WITHOUT_BIASES.includes(fixture.name))
      it('is a sum of what its parts write', async () => {
        const parts = host.hooks.filter((hook) => /^hook_(pos_)?embed$|\.hook_(attn|mlp)_out$/.test(hook));
        const nodes = parts.map((hook) => ({ hook, each: false }));
        const found = await direct(host, { run: { tokens: clean, readAt: [at] }, metric, nodes }, lookUp);
        const total = [...found.values.values()].reduce((all, { data }) => all + sum(data), 0);
        expect(total).toBeCloseTo(found.metric, 4);
      });

    it.each(['q', 'k'] as const)('takes %s through its softmax', async (part) => {
      // In the first layer queries and keys differ only where the tokens do.
      const hook = `blocks.0.attn.hook_${part}`;
      const pattern = 'blocks.0.attn.hook_pattern';
      const { values } = await attribute(host, request('atp*', [hook]), lookUp);
      const { data, dims } = values.get(hook)!;
      const count = dims[1]!;
      const vectors = await host.run(capture([hook]), [clean]);
      const other = vectors.get(hook)!;
      const { value: before, gradient } = await patternOf(pattern);
      const wanted: number[] = [];
      for (const position of [4, 5]) {
        for (let head = 0; head < count; head++) {
          const after = await replacedPattern(hook, other, position * count + head, pattern);
          wanted.push(after.reduce((all, p, i) => all + (p - before[i]!) * gradient[i]!, 0));
        }
      }
      const found = [4, 5].flatMap((position) =>
        Array.from({ length: count }, (_, head) => Number(data[position * count + head])),
      );
      expect(Math.max(...wanted.map(Math.abs)), 'a case that says something').toBeGreaterThan(1e-4);
      expect(relativeError(found, wanted, wanted.length)).toBeLessThan(1e-3);
    });

    async function patternOf(pattern: string) {
      const plan: Plan = {
        ...capture([pattern]),
        ...metricPlan(metric),
        outputs: [
          { kind: 'hook', hook: pattern },
          { kind: 'gradient', hook: pattern },
        ],
      };
      const results = await host.run(plan, [corrupt], rowFeeds(metric, [at], [corrupt]));
      const numbers = (name: string) => results.get(name)!.data as Float32Array;
      return { value: numbers(pattern), gradient: numbers(`grad.${pattern}`) };
    }

    /** The pattern of the corrupt text with one vector [dHead] of a hook point taken from elsewhere. */
    async function replacedPattern(hook: string, { data, dims }: Tensor, vector: number, pattern: string) {
      const value = new Float32Array(data.length);
      const kept = new Float32Array(data.length).fill(1).fill(0, vector * dHead, (vector + 1) * dHead);
      const from = (data as Float32Array).subarray(vector * dHead, (vector + 1) * dHead);
      value.set(from, vector * dHead);
      const plan: Plan = { ...capture([pattern]), interventions: [{ hook, kind: 'replace' }] };
      const input = interventionInput(hook);
      const feeds = new Map<string, Tensor>([
        [input, { data: value, dims }],
        [`${input}.kept`, { data: kept, dims }],
      ]);
      return (await host.run(plan, [corrupt], feeds)).get(pattern)!.data as Float32Array;
    }
  });
}
