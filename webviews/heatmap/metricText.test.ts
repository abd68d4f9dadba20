import { describe, expect, it } from 'vitest';
import { metricParts, metricWords } from './metricText';

describe('metricParts', () => {
  it('reads answers, groups and positions', () => {
    expect(metricParts('logit_diff:" Mary"|12," John"@-1')).toEqual({
      kind: 'logit_diff',
      groups: [[' Mary', 12], [' John']],
      feature: null,
      span: [-1, -1],
    });
    expect(metricParts('loss@2..-3')).toMatchObject({ kind: 'loss', groups: [], span: [2, -3] });
    expect(metricParts(String.raw`log_prob:"a\"b,c|d"`)?.groups).toEqual([['a"b,c|d']]);
    expect(metricParts("log_prob:'it\\'s'")?.groups).toEqual([["it's"]]);
    expect(metricParts('feature:blocks.2.hook_resid_post#7@3')).toMatchObject({
      feature: 'blocks.2.hook_resid_post#7',
      span: [3, 3],
    });
    expect(metricParts('Not a metric')).toBeUndefined();
  });
});

describe('metricWords', () => {
  it.each([
    ['logit_diff:" Mary"," John"', 'logit difference: “·Mary” minus “·John”, at the last position'],
    ['logit_diff', 'logit difference: the answer minus the wrong answer, at the last position'],
    ['log_prob:5|" a"@3', 'log probability of token 5 or “·a”, in nats, at position 3'],
    ['prob_diff:1,2@-1', 'probability difference: token 1 minus token 2, at the last position'],
    ['kl', 'KL divergence from the clean run, in nats, at the last position'],
    ['loss', 'loss, in nats for each token'],
    ['loss@0..4', 'loss, in nats for each token, at positions 0 to 4'],
    ['feature:d#7', 'activation of the feature d#7, at the last position'],
    ['something else', 'something else'],
  ])('says %s in words', (text, words) => {
    expect(metricWords(text)).toBe(words);
  });

  it('lets no answer turn the line around', () => {
    expect(metricWords('logit:"\u202Eevil\n"')).toBe('logit of “\uFFFDevil↵”, at the last position');
  });
});
