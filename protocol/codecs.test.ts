import { describe, expect, it } from 'vitest';
import { commandLink, LinkCommand, whyLink } from './commands';
import { readDashboardState } from './dashboardPanel';
import { readErrorData } from './errors';
import { featureKey, isFeatureRef, parseFeatureKey } from './features';
import { defaultSettings, normaliseSettings } from './settings';

describe('feature keys', () => {
  it.each([
    { dictionary: 'demo/resid_post.1', index: 0 },
    { dictionary: 'a#b', index: 511 },
    { dictionary: 'two\nlines', index: 7 },
  ])('round-trips %j', (feature) => {
    expect(parseFeatureKey(featureKey(feature))).toEqual(feature);
  });

  it.each(['', '#3', 'dict', 'dict#', 'dict#-1', 'dict#1.5', 'dict#9999999999'])('refuses %j', (key) => {
    expect(parseFeatureKey(key)).toBeUndefined();
  });

  it('recognises only whole references', () => {
    expect(isFeatureRef({ dictionary: 'd', index: 0 })).toBe(true);
    for (const wrong of [
      null,
      3,
      {},
      { dictionary: 'd' },
      { dictionary: '', index: 1 },
      { dictionary: 'd', index: -1 },
    ])
      expect(isFeatureRef(wrong)).toBe(false);
  });
});

describe('commandLink', () => {
  it('survives Markdown and gives the argument back', () => {
    const feature = { dictionary: 'my (own) dictionary "x"', index: 3 };
    const link = commandLink(LinkCommand.focusFeature, feature);
    expect(link).not.toMatch(/[\s()"]/);
    const [command, query] = link.split('?');
    expect(command).toBe('command:featurescope.focusFeature');
    expect(JSON.parse(decodeURIComponent(query!))).toEqual([feature]);
  });

  it('names a place', () => {
    const place = { uri: 'file:///a%20(b)/"c".txt', position: { line: 2, character: 7 } };
    const link = whyLink(place);
    expect(link).not.toMatch(/[\s()"]/);
    expect(JSON.parse(decodeURIComponent(link.split('?')[1]!))).toEqual([place]);
  });
});

describe('normaliseSettings', () => {
  it.each([undefined, null, 7, 'x', [], { context: 3, features: null }])('makes defaults of %j', (value) => {
    expect(normaliseSettings(value)).toEqual(defaultSettings);
  });

  it('keeps what is valid and bounds numbers', () => {
    const settings = normaliseSettings({
      context: { unit: 'line' },
      features: { top: 1000 },
      model: {
        path: ' /models/gpt2 ',
        dictionaries: ['a', 3, ''],
        processing: ['fold_ln', 'x'],
        bos: 'never',
      },
      engine: { provider: '', memoryBudget: Number.NaN },
    });
    expect(settings.context.unit).toBe('line');
    expect(settings.features.top).toBe(50);
    expect(settings.model).toEqual({
      path: '/models/gpt2',
      dictionaries: ['a'],
      processing: ['fold_ln'],
      bos: 'never',
    });
    expect(normaliseSettings({ model: { bos: true } }).model.bos).toBe('auto');
    expect(settings.engine).toEqual(defaultSettings.engine);
    // An engine with nothing loaded takes more than this: no plan would ever stay.
    expect(normaliseSettings({ engine: { memoryBudget: 1 } }).engine.memoryBudget).toBe(256);
  });
});

describe('readErrorData', () => {
  it('keeps texts and drops the rest', () => {
    expect(readErrorData({ file: 'a', cure: 3, details: 'd', more: 'x' })).toEqual({
      file: 'a',
      details: 'd',
    });
    expect(readErrorData('boom')).toEqual({});
  });
});

describe('readDashboardState', () => {
  const state = {
    version: 1,
    feature: { dictionary: 'd', index: 2 },
    corpus: 'workspace',
    table: true,
  } as const;
  it('reads what the panel stored', () => {
    expect(readDashboardState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });
  it.each([null, 'x', { ...state, version: 2 }, { ...state, feature: {} }])('refuses %j', (value) => {
    expect(readDashboardState(value)).toBeUndefined();
  });
});
