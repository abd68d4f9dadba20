import { describe, expect, it } from 'vitest';
import type { PromptPair } from '../../../../protocol/experimentSpec';
import { alignmentOf } from './alignment';
import { shownMetric } from './bench';
import { defaultMetric, resolveMetric } from './metrics';
import { preparePairs } from './pairs';
import { fakeLab } from './testing/fakeLab';

const lab = fakeLab({ dictionaries: ['res'] });

function resolve(text: string, given: PromptPair = { clean: 'abc', corrupt: 'abxc' }) {
  const [pair] = preparePairs([given], lab, false);
  const alignment = pair!.corrupt ? alignmentOf(pair!.clean.ids, pair!.corrupt.ids, 'auto') : null;
  return resolveMetric(text, pair!, lab, alignment);
}

describe('resolveMetric', () => {
  it('reads each prompt at its own end', () => {
    expect(resolve('logit:7')).toMatchObject({ cleanReadAt: [2], corruptReadAt: [3] });
    expect(resolve('kl@-2')).toMatchObject({ cleanReadAt: [1], corruptReadAt: [2] });
    expect(resolve('loss')).toMatchObject({ cleanReadAt: [0, 1], corruptReadAt: [0, 1, 2] });
  });

  it('takes positions from the start as those of the clean prompt', () => {
    expect(resolve('logit:7@1')).toMatchObject({ cleanReadAt: [1], corruptReadAt: [1] });
    expect(resolve('logit:7@2')).toMatchObject({ cleanReadAt: [2], corruptReadAt: [3] });
    expect(() => resolve('logit:7@1', { clean: 'aqb', corrupt: 'axyb' })).toThrow(
      /read at position 1, which has no counterpart in the corrupted prompt/,
    );
    expect(() => resolve('loss@1', { clean: 'abc', corrupt: 'cab' })).not.toThrow();
  });

  it('takes the answers of the pair, or those that it names', () => {
    const given: PromptPair = { clean: 'ab', answer: 'c', wrong: ['d', 5] };
    expect(resolve('logit_diff', given).spec).toEqual({ kind: 'logit_diff', a: [3], b: [4, 5] });
    expect(resolve('log_prob', given).spec).toEqual({ kind: 'log_prob', a: [3], b: [] });
    expect(resolve('logit_diff:"x"|9,8', given).spec).toEqual({ kind: 'logit_diff', a: [24, 9], b: [8] });
    expect(resolve('kl', given)).toMatchObject({ spec: { a: [], b: [] }, corruptReadAt: null });
  });

  it('takes groups of answers that share some', () => {
    expect(resolve('logit_diff:1|2,2').spec).toMatchObject({ a: [1, 2], b: [2] });
  });

  it('finds features by their dictionary', () => {
    const { spec } = resolve('feature:some/where/res#4');
    expect(spec).toEqual({ kind: 'feature', a: [4], b: [], dictionary: 'res' });
    expect(() => resolve('feature:res#5')).toThrow(/names 5, and res has features 0 to 4/);
    expect(() => resolve('feature:other#0')).toThrow(/dictionary other is not loaded \(loaded are res\)/);
  });

  it.each([
    ['logit_diff', { clean: 'a', answer: 'b' }, /logit_diff needs "wrong": give it with the prompts/],
    ['logit_diff', { clean: 'a' }, /needs "answer" and "wrong"/],
    [
      'logit_diff',
      { clean: 'a', answer: 'b', wrong: 'b' },
      /the same \(token 2\), so that logit_diff is always 0/,
    ],
    ['prob_diff:1|2,2|1', { clean: 'a' }, /the same \(tokens 1, 2\), so that prob_diff is always 0/],
    ['logit:"ab"', { clean: 'a' }, /"ab" is not one token/],
    ['logit:100', { clean: 'a' }, /names 100, and the vocabulary is 0 to 99/],
    ['logit:1@1', { clean: 'a' }, /cannot be read in the clean prompt: position 1 is outside the 1 tokens/],
    ['loss', { clean: 'a' }, /at least two tokens/],
    ['nonsense', { clean: 'a' }, /is no metric/],
  ] as [string, PromptPair, RegExp][])('refuses %s of %j', (text, given, reason) => {
    expect(() => resolve(text, given)).toThrow(reason);
  });
});

describe('defaultMetric', () => {
  it('is what the answers of all pairs allow', () => {
    const of = (...pairs: PromptPair[]) => defaultMetric(preparePairs(pairs, lab, false));
    expect(of({ clean: 'a', answer: 'b', wrong: 'c' })).toBe('logit_diff');
    expect(of({ clean: 'a', answer: 'b', wrong: 'c' }, { clean: 'a', answer: 'b' })).toBe('log_prob');
    expect(() => of({ clean: 'a', answer: 'b' }, { clean: 'a' })).toThrow(/there is no metric/);
  });
});

describe('shownMetric', () => {
  it('has the answers as texts where all pairs have the same', () => {
    const metrics = (...answers: string[]) =>
      preparePairs(
        answers.map((answer) => ({ clean: 'a', answer })),
        lab,
        false,
      ).map((pair) => resolveMetric('log_prob@-1', pair, lab, null));
    expect(shownMetric('log_prob@-1', metrics('b', 'b'), lab)).toBe('log_prob:"b"@-1');
    expect(shownMetric('log_prob@-1', metrics('b', 'c'), lab)).toBe('log_prob@-1');
  });
});
