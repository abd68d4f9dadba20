import { describe, expect, it } from 'vitest';
import type { ModelsState } from '../../protocol/models';
import { ablateFeatureSpec, dependenceSpec, modelFields, patchSpec, templateSpec } from './specs';

const CLEAN = 'When Mary and John went to the store, John gave a drink to';
const CORRUPT = 'When Mary and John went to the store, Mary gave a drink to';

function state(model: string | null, dictionary: { id: string; path: string }): ModelsState {
  const models = [
    { id: 'other', name: 'other', path: '/other', state: 'available' as const },
    ...(model === null ? [] : [{ id: model, name: model, path: model, state: 'loaded' as const }]),
  ];
  const dictionaries = [{ ...dictionary, name: dictionary.id, state: 'loaded' as const }];
  return { models, dictionaries, providers: [], memory: null };
}

describe('the model of a spec', () => {
  const dictionary = { id: 'res2', path: '/dictionaries/res2' };

  it('is the loaded one, with the dictionaries that are needed by their paths', () => {
    expect(modelFields(state('/models/gpt2', dictionary), ['res2'])).toEqual({
      model: '/models/gpt2',
      dictionaries: ['/dictionaries/res2'],
    });
    expect(modelFields(state('/models/gpt2', dictionary), [])).toEqual({ model: '/models/gpt2' });
  });

  it('names the demo’s dictionaries, whose folder is elsewhere on every machine', () => {
    expect(modelFields(state('demo', dictionary), ['res2'])).toEqual({
      model: 'demo',
      dictionaries: ['res2'],
    });
  });

  it('is left open when none is loaded', () => {
    expect(modelFields(state(null, dictionary), [])).toEqual({});
  });
});

describe('patching between two prompts', () => {
  const base = { clean: CLEAN, corrupt: CORRUPT, direction: 'denoise', unequal: false } as const;

  it('is one sweep over the site, with the answers of the pair', () => {
    const choices = {
      ...base,
      site: { site: 'z' },
      metric: 'logit_diff',
      answer: ' Mary',
      wrong: 7,
    } as const;
    expect(patchSpec(choices, { model: 'demo' })).toEqual({
      title: 'Patch z: …the store, John gave a drink to',
      model: 'demo',
      prompts: { clean: CLEAN, corrupt: CORRUPT, answer: ' Mary', wrong: 7 },
      metric: 'logit_diff',
      runs: [{ patch: 'z', direction: 'denoise' }],
    });
  });

  it('covers the one layer that neurons are looked for in', () => {
    const choices = { ...base, site: { site: 'mlp_post' }, layer: 2, metric: 'kl' } as const;
    expect(patchSpec(choices, {}).runs).toEqual([{ patch: 'mlp_post', layers: [2], direction: 'denoise' }]);
  });

  it('leaves the one dictionary that the spec lists to be understood, and aligns prompts of different lengths', () => {
    const choices = {
      ...base,
      site: { site: 'features', dictionary: 'res2' },
      metric: 'kl',
      unequal: true,
    } as const;
    const spec = patchSpec(choices, { model: '/m', dictionaries: ['/saes/res2'] });
    expect(spec.dictionaries).toEqual(['/saes/res2']);
    expect(spec.runs).toEqual([{ patch: 'features', direction: 'denoise' }]);
    expect(spec.align).toBe('auto');
    expect(spec.prompts).toEqual({ clean: CLEAN, corrupt: CORRUPT });
    expect(spec.title).toMatch(/^Patch features of res2: /);
  });
});

describe('ablating a feature', () => {
  it('is done at each position in turn and at the one of the token', () => {
    const spec = ablateFeatureSpec(
      {
        feature: 'names',
        index: 12,
        prompt: 'a\nb',
        position: 3,
        metric: 'log_prob',
        answer: ' c',
      },
      { model: 'demo', dictionaries: ['res2'] },
    );
    expect(spec.title).toBe('Ablate “names”: a b');
    expect(spec.prompts).toEqual({ clean: 'a\nb', answer: ' c' });
    expect(spec.runs).toEqual([
      { name: 'at each position', ablate: 'features', units: [12] },
      { name: 'here', ablate: [{ at: 'features', feature: 12, position: 3 }] },
    ]);
  });
});

describe('what a prediction depends on', () => {
  it('asks only what needs no second prompt, under names of their own', () => {
    const spec = dependenceSpec(
      { prompt: CLEAN, metric: 'logit_diff', answer: ' Mary', wrong: ' John', token: '“·Mary”' },
      {},
    );
    expect(spec.prompts).toEqual({ clean: CLEAN, answer: ' Mary', wrong: ' John' });
    expect(new Set(spec.runs.map(({ name }) => name)).size).toBe(spec.runs.length);
    for (const run of spec.runs) expect('direct' in run || 'ablate' in run).toBe(true);
    for (const run of spec.runs) expect(run).not.toHaveProperty('with', 'resample');
  });
});

describe('a new experiment file', () => {
  it('has the prompts and two sweeps', () => {
    const spec = templateSpec({ clean: CLEAN, corrupt: CORRUPT }, { model: 'demo' });
    expect(spec.prompts).toEqual({ clean: CLEAN, corrupt: CORRUPT });
    expect(spec.runs.map(({ name }) => name)).toEqual(['residual stream', 'heads']);
  });

  it('measures what its answers allow', () => {
    const metric = (answers: { answer?: string; wrong?: string }): string | undefined =>
      templateSpec({ clean: CLEAN, corrupt: CORRUPT, ...answers }, {}).metric;
    expect(metric({ answer: ' Mary', wrong: ' John' })).toBe('logit_diff');
    expect(metric({ answer: ' Mary' })).toBe('log_prob');
    expect(metric({})).toBe('kl');
  });
});
