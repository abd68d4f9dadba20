/** The replacement model in every family: rows of edges are what changed sources do, and with nothing held the model is itself. */
import { afterAll, describe, expect, it } from 'vitest';
import { familyFixtures, familyValues } from '../../../../test/reference/familyFixtures';
import { fixturePath } from '../../../../test/reference/fixtures';
import { relativeError } from '../../../../test/support/closeness';
import { RunError } from '../feeds';
import { loadModel } from '../loading';
import { capture, type Plan } from '../plan';
import { interventionInput } from '../planGraph';
import { circuitEffects } from './effects';
import { circuitSources } from './frozenRun';
import type { CircuitChange, CircuitEffect, CircuitRow, CircuitTarget } from './requests';
import { circuitRows } from './rows';

const NAMES = ['gpt-neo', 'gpt-neox', 'llama-gqa', 'gemma2', 'gemma3', 'phi-qk-norm', 'lens-gated-rotary'];
const lookUp = () => Promise.resolve();

for (const fixture of familyFixtures().filter(({ name }) => NAMES.includes(name))) {
  describe(fixture.name, () => {
    const { host } = loadModel({ path: fixturePath('families', fixture.name, fixture.model) });
    afterAll(() => host.release());
    const { tokens } = familyValues(fixture).sequences[0]!;
    const { layers, dModel } = host.architecture.dimensions;
    const run = { tokens, dictionaries: [] };
    const vector = Array.from({ length: dModel }, (_, i) => Math.sin(i + 1));
    const targets: CircuitTarget[] = [
      { kind: 'logits', ids: [7, 55], weights: [1, -1], centred: true },
      { kind: 'direction', vector },
    ];

    async function effects(changes: readonly CircuitChange[], hold: 'everything' | 'nothing') {
      const found: CircuitEffect[] = [];
      const params = { run, changes: changes.map((one) => [one]), hold, targets, whole: true };
      await circuitEffects(host, params, { lookUp, partial: (part) => found.push(...part) });
      return found.toSorted((a, b) => a.change - b.change);
    }

    it('has in its edges what changed sources do', async () => {
      const rows: CircuitRow[] = [];
      await circuitRows(host, { run, targets }, { lookUp, partial: (part) => rows.push(...part) });
      const places = [
        [0, 3],
        [1, 6],
        [layers - 1, tokens.length - 1],
      ] as const;
      const changes: CircuitChange[] = [
        { kind: 'token', position: 2, factor: 0 },
        { kind: 'token', position: tokens.length - 1, factor: 0 },
        ...places.map(([layer, position]) => ({ kind: 'error' as const, layer, position, factor: 0 })),
      ];
      const found = await effects(changes, 'everything');
      for (const { target, tokens: ofTokens, errors } of rows) {
        const edges = [
          ofTokens[2]!,
          ofTokens[tokens.length - 1]!,
          ...places.map(([layer, position]) => errors[layer * tokens.length + position]!),
        ];
        const done = found.map(({ targets: changed }) => -changed[target]!);
        expect(Math.max(...edges.map(Math.abs)), 'a case that says something').toBeGreaterThan(1e-3);
        expect(relativeError(done, edges, edges.length)).toBeLessThan(1e-4);
      }
    });

    it('is the model itself with nothing held', async () => {
      const [effect] = await effects([{ kind: 'token', position: 2, factor: 0 }], 'nothing');
      const dims = [1, tokens.length, dModel];
      const factors = new Float32Array(tokens.length * dModel).fill(1).fill(0, 2 * dModel, 3 * dModel);
      const plan: Plan = { ...capture(['logits']), interventions: [{ hook: 'hook_embed', kind: 'scale' }] };
      const feeds = new Map([[interventionInput('hook_embed'), { data: factors, dims }]]);
      const logits = (await host.run(plan, [tokens], feeds)).get('logits')!.data as Float32Array;
      const last = logits.subarray(logits.length - effect!.logits!.length);
      expect(relativeError(effect!.logits!, last, last.length)).toBeLessThan(1e-5);
    });
  });
}

describe('models that attribution graphs are not for', () => {
  it.each([
    ['lens-attention-only', /layer 0 of this model has none/],
    ['lens-bidirectional', /see only what is before them/],
  ])('%s', async (name, message) => {
    const { host } = loadModel({ path: fixturePath('families', name, 'model') });
    const refused = circuitSources(host, { tokens: [1, 2, 3], dictionaries: [] }, lookUp);
    await expect(refused).rejects.toThrow(RunError);
    await expect(refused).rejects.toThrow(message);
    await host.release();
  });
});
