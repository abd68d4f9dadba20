import { describe, expect, it } from 'vitest';
import { namesPair, patchRun } from '../../test/support/results';
import { duration, metricSentence, progressWords, runSentence, tabTitle } from './words';

const run = patchRun([['layer', 4]], () => 1);

describe('runSentence', () => {
  it('names the direction and what it means', () => {
    expect(runSentence(run, undefined)).toBe(
      'Denoising: the corrupted prompt is run, with activations of the clean prompt put in at resid_pre.',
    );
    expect(runSentence({ ...run, direction: 'noise' }, undefined)).toMatch(
      /^Noising: the clean prompt is run/,
    );
  });

  it('says what an ablation puts in, and by which method an attribution estimates', () => {
    const ablation = { ...run, kind: 'ablate' as const, at: 'z, the mean of the position' };
    expect(runSentence(ablation, undefined)).toMatch(/with z replaced by the mean of the position\.$/);
    const attribution = { ...run, kind: 'attribute' as const, at: 'z, AtP*' };
    expect(runSentence(attribution, { attribute: 'z', method: 'atp*' })).toMatch(
      /\(AtP\*\).*\(denoising\) would change at z\.$/,
    );
  });

  it('has a sentence for every kind', () => {
    for (const kind of ['direct', 'lens', 'attention', 'steer'] as const)
      expect(runSentence({ ...run, kind, direction: null }, undefined)).toMatch(/\.$/);
  });
});

describe('metricSentence', () => {
  it('gives the metric in words with its values on the unchanged runs', () => {
    expect(metricSentence(run)).toBe(
      'Metric: logit difference: “·Mary” minus “·John”, at the last position — clean 3, corrupted -2.',
    );
    expect(metricSentence({ ...run, corrupted: null, pairs: [namesPair, namesPair] })).toMatch(
      /mean over 2 pairs — clean 3\.$/,
    );
    expect(metricSentence({ ...run, kind: 'lens', corrupted: null, metric: 'logit:5' })).toBe(
      'Metric: logit of token 5, at each position — clean 3.',
    );
    expect(metricSentence({ ...run, clean: null, corrupted: null, metric: 'kl' })).toBe(
      'Metric: KL divergence from the clean run, in nats, at the last position.',
    );
  });
});

describe('progressWords', () => {
  it('tells how far it is and how it ended', () => {
    const half = { ...run, done: 2, cost: { forwards: 1.25, seconds: 3, secondsLeft: 4.2 } };
    expect(progressWords({ ...half, state: 'running' })).toBe('2 of 4 cells, 4 s left');
    expect(progressWords({ ...half, state: 'cancelled' })).toBe('Cancelled: 2 of 4 cells are computed.');
    expect(progressWords({ ...half, state: 'failed' })).toBe('Failed: 2 of 4 cells are computed.');
    expect(progressWords({ ...half, state: 'failed', done: 0, total: 0 })).toMatch(/^Failed before/);
    expect(progressWords(half)).toMatch(/^4 cells in 3 s, at the cost of 1.25 forward passes/);
    const once = { ...half, cost: { ...half.cost, forwards: 1 } };
    expect(progressWords(once)).toContain('at the cost of 1 forward pass (');
    expect(progressWords({ ...half, kind: 'attribute', state: 'running' })).toMatch(/^2 of 4 steps/);
    const text = { ...half, kind: 'steer' as const, axes: [], ticks: [], values: [], total: 20 };
    expect(progressWords(text)).toMatch(/^20 tokens in 3 s/);
  });
});

describe('duration', () => {
  it.each([
    [0.3, 'less than a second'],
    [7.6, '8 s'],
    [75, '75 s'],
    [600, '10 min'],
    [7200, '2.0 h'],
  ])('of %d s is %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});

describe('tabTitle', () => {
  it('adds the site to a run without a name of its own', () => {
    expect(tabTitle(run)).toBe('patch resid_pre');
    expect(tabTitle({ ...run, name: 'early heads' })).toBe('early heads');
  });
});
