/** What requests about attribution graphs are refused for, how they are cancelled, and what is kept between them. */
import { afterEach, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import { graphFixture } from '../../../../test/reference/graphFixtures';
import { loadDictionary, loadModel } from '../loading';
import type { ModelHost } from '../modelHost';
import { circuitEffects } from './effects';
import { circuitSources, frozenRun } from './frozenRun';
import type { CircuitChange, CircuitRun, CircuitTarget } from './requests';
import { circuitRows } from './rows';

const fixture = graphFixture('relu');
const lookUp = () => Promise.resolve();
const nothing = () => undefined;

describe('requests about attribution graphs', () => {
  let host: ModelHost;
  afterEach(() => host.release());

  function load(): CircuitRun {
    ({ host } = loadModel({ path: fixturePath(fixture.model) }));
    const ids = fixture.dictionaries.map((dictionary, layer) => {
      loadDictionary(host, { id: `t${layer}`, path: fixturePath(dictionary!.folder) });
      return `t${layer}`;
    });
    return { tokens: fixture.tokens, dictionaries: ids };
  }

  it('are refused, in words, for what there is not', async () => {
    const run = load();
    loadDictionary(host, { id: 'twin', path: fixturePath(fixture.dictionaries[0]!.folder) });
    const sources = (dictionaries: readonly string[]) =>
      expect(circuitSources(host, { ...run, dictionaries }, lookUp)).rejects;
    await sources(['unheard']).toThrow(/dictionary unheard is not loaded/);
    await sources(['t0', 'twin']).toThrow(/t0 and twin both stand for the MLP of layer 0/);
    const rows = (target: CircuitTarget) =>
      expect(circuitRows(host, { run, targets: [target] }, { lookUp, partial: nothing })).rejects;
    const feature = { kind: 'feature', layer: 1, position: 2, index: 3 } as const;
    await rows({ ...feature, layer: 9 }).toThrow(/no feature 3 of layer 9 at position 2/);
    await rows({ ...feature, index: 1e6 }).toThrow(/no feature 1000000 of layer 1/);
    await rows({ ...feature, position: 99 }).toThrow(/at position 99/);
    await rows({ kind: 'logits', ids: [1e6], weights: [1], centred: true }).toThrow(/not in the vocabulary/);
    await rows({ kind: 'direction', vector: [1, 2] }).toThrow(/2 numbers where the model is/);
  });

  it('are refused for changes of what there is not', async () => {
    const run = load();
    const change = (one: CircuitChange) => {
      const params = { run, changes: [[one]], hold: 'nothing', targets: [], whole: true } as const;
      return expect(circuitEffects(host, params, { lookUp, partial: nothing })).rejects;
    };
    const feature = { kind: 'feature', layer: 1, position: 2, index: 3, value: 1 } as const;
    await change({ ...feature, layer: 9 }).toThrow(/no feature 3 of layer 9 at position 2/);
    await change({ ...feature, index: 1e6 }).toThrow(/no feature 1000000 of layer 1/);
    await change({ ...feature, position: 1.5 }).toThrow(/at position 1.5/);
    await change({ kind: 'token', position: 99, factor: 0 }).toThrow(/no token at position 99/);
    await change({ kind: 'error', layer: 9, position: 1, factor: 0 }).toThrow(/no error at position 1/);
  });

  it('are refused for dictionaries that are no transcoders of one MLP', async () => {
    ({ host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') }));
    loadDictionary(host, { id: 'sae', path: fixturePath('dictionaries', 'standard') });
    const run = { tokens: [1, 2, 3], dictionaries: ['sae'] };
    const why =
      /sae reads blocks.1.hook_resid_post and writes blocks.1.hook_resid_post: .* built of transcoders/;
    await expect(circuitSources(host, run, lookUp)).rejects.toThrow(why);
  });

  it('end between layers when somebody cancels', async () => {
    const run = load();
    await circuitSources(host, run, lookUp);
    let looked = 0;
    const impatient = () => (++looked === 2 ? Promise.reject(new Error('cancelled')) : Promise.resolve());
    const targets: CircuitTarget[] = [{ kind: 'logits', ids: [1], weights: [1], centred: true }];
    const parts: unknown[] = [];
    const context = { lookUp: impatient, partial: (part: unknown) => parts.push(part) };
    await expect(circuitRows(host, { run, targets }, context)).rejects.toThrow('cancelled');
    looked = 0;
    const params = { run, changes: [[]], hold: 'nothing', targets, whole: true } as const;
    await expect(circuitEffects(host, params, context)).rejects.toThrow('cancelled');
    expect(parts).toEqual([]);
  });

  it('share one run until tokens or dictionaries are others', async () => {
    const run = load();
    const first = await frozenRun(host, run, lookUp);
    expect(await frozenRun(host, run, lookUp)).toBe(first);
    const shorter = await frozenRun(host, { ...run, tokens: run.tokens.slice(1) }, lookUp);
    expect(shorter.tokens).toHaveLength(run.tokens.length - 1);
    await host.removeDictionary('t1');
    loadDictionary(host, { id: 't1', path: fixturePath(fixture.dictionaries[1]!.folder) });
    expect(await frozenRun(host, run, lookUp)).not.toBe(first);
    const bare = await circuitSources(host, { ...run, dictionaries: ['t0'] }, lookUp);
    expect(bare.bareLayers).toEqual(fixture.dictionaries.map((_, layer) => layer).slice(1));
  });
});
