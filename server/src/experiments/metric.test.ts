import { describe, expect, it } from 'vitest';
import { metricFeeds, parseMetric } from './metric';

const vocabulary: Readonly<Record<string, number>> = {
  ' Mary': 5,
  ' John': 0,
  'a"b': 7,
  'x,y': 8,
  "it's": 9,
  '@3': 4,
};
const parse = (text: string) => parseMetric(text, (token) => vocabulary[token] ?? null);

describe('parseMetric', () => {
  it.each([
    ['logit_diff:1,2', { kind: 'logit_diff', answers: [1, 2], position: null }],
    ['logit_diff: 1 , 2 @7', { kind: 'logit_diff', answers: [1, 2], position: 7 }],
    ['logit_diff:" Mary"," John"@0', { kind: 'logit_diff', answers: [5, 0], position: 0 }],
    ["logit_diff:' Mary',0", { kind: 'logit_diff', answers: [5, 0], position: null }],
    ['prob_diff:"a\\"b","x,y"', { kind: 'prob_diff', answers: [7, 8], position: null }],
    ['log_prob:"it\'s"', { kind: 'log_prob', answers: [9], position: null }],
    ['log_prob:"@3"@2', { kind: 'log_prob', answers: [4], position: 2 }],
    ['logit:0', { kind: 'logit', answers: [0], position: null }],
    [' loss ', { kind: 'loss', answers: [], position: null }],
    ['kl@3', { kind: 'kl', answers: [], position: 3 }],
  ])('reads %s', (text, metric) => {
    expect(parse(text)).toEqual(metric);
  });

  it.each([
    ['', /is no metric: write logit/],
    ['logit_dif:1,2', /is no metric/],
    ['toString', /is no metric/],
    ['logit_diff', /takes 2 answers, .* has 0/],
    ['logit_diff:1', /takes 2 answers, .* has 1/],
    ['logit_diff:1,2,3', /has 3/],
    ['loss:1', /takes 0 answers/],
    ['logit_diff:1,,2', /not ids or quoted texts/],
    ['logit_diff:,1,2', /not ids or quoted texts/],
    ['logit_diff:1,2,', /not ids or quoted texts/],
    ['logit_diff:" Mary"5', /not ids or quoted texts/],
    ['logit_diff:" Mary," John"', /not ids or quoted texts/],
    ['logit_diff:Mary,John', /not ids or quoted texts/],
    ['log_prob:-1', /not ids or quoted texts/],
    ['log_prob:"Mary"', /"Mary" is not one token.*or an id \(" Mary" with a leading space is one\)$/],
    ['log_prob:" Maryland"', /" Maryland" is not one token: give a text that is, or an id$/],
    ['log_prob:1@-1', /not ids or quoted texts/],
  ])('refuses %s', (text, reason) => {
    expect(() => parse(text)).toThrow(reason);
  });
});

describe('metricFeeds', () => {
  const numbers = (data: ArrayLike<number | bigint>) => Array.from(data, Number);

  it('are the position and the answers with their signs', () => {
    const feeds = metricFeeds(parse('logit_diff:1,2'), [
      [9, 9, 9],
      [8, 8, 8],
    ]);
    const plain = [...feeds].map(([name, { data, dims }]) => [name, numbers(data), dims]);
    expect(plain).toEqual([
      ['rows', [2], [1]],
      ['metric.weights', [1], [1]],
      ['metric.ids', [1, 2], [2]],
      ['metric.signs', [1, -1], [2]],
    ]);
    expect(numbers(metricFeeds(parse('log_prob:1@0'), [[9, 9]]).get('rows')!.data)).toEqual([0]);
  });

  it("are each position's next token for the loss, equally weighted", () => {
    const feeds = metricFeeds(parse('loss'), [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(numbers(feeds.get('rows')!.data)).toEqual([0, 1]);
    expect(numbers(feeds.get('metric.targets')!.data)).toEqual([2, 3, 5, 6]);
    expect(numbers(feeds.get('metric.weights')!.data)).toEqual([0.5, 0.5]);
    expect(feeds.get('metric.targets')!.dims).toEqual([2, 2]);
  });

  it('are one position alone for the loss there', () => {
    const feeds = metricFeeds({ kind: 'loss', answers: [], position: 1 }, [[5, 6, 7]]);
    expect(numbers(feeds.get('rows')!.data)).toEqual([1]);
    expect(numbers(feeds.get('metric.targets')!.data)).toEqual([7]);
    expect(() => metricFeeds({ kind: 'loss', answers: [], position: 2 }, [[5, 6, 7]])).toThrow(/after it/);
  });

  it('are refused outside the text', () => {
    expect(() => metricFeeds(parse('logit:1@3'), [[1, 2, 3]])).toThrow(/position 3 is outside the 3 tokens/);
    expect(() => metricFeeds(parse('loss'), [[1]])).toThrow(/at least two tokens/);
  });
});
