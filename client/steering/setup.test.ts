import { describe, expect, it } from 'vitest';
import type { SteerRun } from '../../protocol/experimentSpec';
import type { ModelsState } from '../../protocol/models';
import type { SteeringFeature, SteeringSetup } from '../../protocol/steeringPanel';
import { firstSetup, setupOf, steeringSpec, titleOf } from './setup';

const feature: SteeringFeature = {
  feature: { dictionary: 'res2', index: 7 },
  label: { text: 'a name', source: 'own' },
  hookPoint: 'blocks.2.hook_resid_post',
  scale: 18.32,
};
const models: ModelsState = {
  models: [{ id: 'demo', name: 'demo', path: 'demo', state: 'loaded' }],
  dictionaries: [
    { id: 'res1', name: 'res1', path: '/d/res1', state: 'available' },
    { id: 'res2', name: 'res2', path: '/d/res2', state: 'loaded' },
    { id: 'mlp2', name: 'mlp2', path: '/d/mlp2', state: 'loaded' },
  ],
  providers: [],
  memory: null,
};

describe('a setup', () => {
  it('begins with the feature as strong again as it was seen', () => {
    expect(firstSetup('Once', feature)).toMatchObject({
      prompt: 'Once',
      changes: [{ feature: feature.feature, method: 'add', value: 18, positions: 'all' }],
      temperature: 0,
    });
  });

  it('is an experiment with the model and all dictionaries that are loaded', () => {
    expect(steeringSpec(firstSetup('Once', feature), [feature], models)).toEqual({
      title: 'Steer with “a name”',
      model: 'demo',
      dictionaries: ['res2', 'mlp2'],
      prompts: { clean: 'Once' },
      runs: [{ steer: [{ method: 'add', dictionary: 'res2', feature: 7, value: 18 }], tokens: 24 }],
    });
  });

  it('says what is not the default, and no value where there is none', () => {
    const setup: SteeringSetup = {
      prompt: 'Once',
      changes: [
        { feature: feature.feature, method: 'ablate', value: 3, positions: 'new' },
        { feature: { dictionary: 'mlp2', index: 1 }, method: 'cap', value: 2, positions: [0, -1] },
      ],
      tokens: 5,
      temperature: 0.7,
      seed: 4,
    };
    expect(steeringSpec(setup, [feature], models).runs).toEqual([
      {
        steer: [
          { method: 'ablate', dictionary: 'res2', feature: 7, positions: 'new' },
          { method: 'cap', dictionary: 'mlp2', feature: 1, value: 2, positions: [0, -1] },
        ],
        tokens: 5,
        temperature: 0.7,
        seed: 4,
      },
    ]);
    expect(titleOf(setup.changes, [feature])).toBe('Steer with “a name” and “#1”');
    const ablated = { ...setup.changes[0]!, value: 0 };
    const again = { ...setup, changes: [ablated, setup.changes[1]!] };
    expect(setupOf(steeringSpec(setup, [feature], models))).toEqual(again);
  });

  it('is in no other experiment than one that steers features on one text', () => {
    const spec = steeringSpec(firstSetup('Once', feature), [feature], models);
    const [run] = spec.runs as readonly SteerRun[];
    expect(setupOf(spec)).toEqual(firstSetup('Once', feature));
    for (const other of [
      { ...spec, runs: [] },
      { ...spec, runs: [run!, run!] },
      { ...spec, runs: [{ lens: 'resid_pre' as const }] },
      { ...spec, runs: [{ ...run!, steer: [] }] },
      { ...spec, runs: [{ steer: [{ method: 'add' as const, hook: 'hook_embed', vector: [1], value: 1 }] }] },
      { ...spec, prompts: { clean: { tokens: [1] } } },
      { ...spec, prompts: 'pairs.jsonl' },
      { ...spec, prompts: [{ clean: 'Once' }] },
    ])
      expect(setupOf(other)).toBeNull();
  });
});
