import { describe, expect, it } from 'vitest';
import { readSteeringState } from './steeringPanel';
import type { FeatureChange, SteeringPanelState } from './steeringPanel';

const change: FeatureChange = {
  feature: { dictionary: 'd', index: 3 },
  method: 'cap',
  value: 1.5,
  positions: [0, -1],
};
const state: SteeringPanelState = {
  version: 1,
  setup: { prompt: 'Once', changes: [change], tokens: 8, temperature: 0.5, seed: 2 },
  place: { uri: 'file:///a.txt', end: { line: 1, character: 2 } },
};

describe('readSteeringState', () => {
  it('gives a state back, also one without a place', () => {
    expect(readSteeringState(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(readSteeringState({ ...state, place: null })).toEqual({ ...state, place: null });
  });

  it.each([
    { uri: 3, end: { line: 0, character: 0 } },
    { uri: 'file:///a' },
    { uri: 'x', end: { line: 0.5, character: 0 } },
  ])('forgets the place %j', (place) => {
    expect(readSteeringState({ ...state, place })).toEqual({ ...state, place: null });
  });

  const wrong = (part: object) => ({ ...state, setup: { ...state.setup, ...part } });
  const wrongChange = (part: object) => wrong({ changes: [{ ...change, ...part }] });
  it.each([
    null,
    7,
    { ...state, version: 2 },
    { version: 1 },
    wrong({ prompt: 3 }),
    wrong({ prompt: 'x'.repeat(200_001) }),
    wrong({ changes: {} }),
    wrong({ tokens: null }),
    wrong({ temperature: '1' }),
    wrongChange({ feature: { dictionary: '', index: 0 } }),
    wrongChange({ method: 'fold' }),
    wrongChange({ value: null }),
    wrongChange({ positions: 'some' }),
    wrongChange({ positions: [0.5] }),
  ])('refuses %#', (value) => {
    expect(readSteeringState(value)).toBeUndefined();
  });
});
