import { describe, expect, it } from 'vitest';
import { metricFeeds, metricText, parseMetric, readMetricText, readPositions } from './metric';

const vocabulary: Readonly<Record<string, number>> = {
  ' Mary': 5,
  ' John': 0,
  'a"b': 7,
  'x,y': 8,
  'x|y': 6,
  "it's": 9,
  '@3': 4,
};
const parse = (text: string) => parseMetric(text, (token) => vocabulary[token] ?? null);

describe('parseMetric', () => {
  it.each([
    ['logit_diff:1,2', { kind: 'logit_diff', answers: [[1], [2]], span: null }],
    ['logit_diff: 1 , 2 @7', { kind: 'logit_diff', answers: [[1], [2]], span: [7, 7] }],
    ['logit_diff:" Mary"," John"@0', { kind: 'logit_diff', answers: [[5], [0]], span: [0, 0] }],
    ["logit_diff:' Mary',0", { kind: 'logit_diff', answers: [[5], [0]], span: null }],
    ['logit_diff:1|" Mary" | 2,3', { kind: 'logit_diff', answers: [[1, 5, 2], [3]], span: null }],
    ['prob_diff:"a\\"b","x,y"', { kind: 'prob_diff', answers: [[7], [8]], span: null }],
    ['prob_diff:"x|y"|1,2', { kind: 'prob_diff', answers: [[6, 1], [2]], span: null }],
    ['log_prob:"it\'s"', { kind: 'log_prob', answers: [[9]], span: null }],
    ['log_prob:"@3"@2', { kind: 'log_prob', answers: [[4]], span: [2, 2] }],
    ['log_prob:1@-1', { kind: 'log_prob', answers: [[1]], span: [-1, -1] }],
    ['logit:0', { kind: 'logit', answers: [[0]], span: null }],
    [' loss ', { kind: 'loss', answers: [], span: null }],
    ['loss@2..-2', { kind: 'loss', answers: [], span: [2, -2] }],
    ['kl@3', { kind: 'kl', answers: [], span: [3, 3] }],
    [
      'feature:blocks.0/a#b#14@3',
      { kind: 'feature', answers: [[14]], dictionary: 'blocks.0/a#b', span: [3, 3] },
    ],
    ['feature:"a b#2"', { kind: 'feature', answers: [[2]], dictionary: 'a b', span: null }],
  ])('reads %s', (text, metric) => {
    expect(parse(text)).toEqual(metric);
  });

  it.each([
    ['', /is no metric: write logit_diff/],
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
    ['logit_diff:1|,2', /not ids or quoted texts/],
    ['feature:res', /names no feature: write feature:DICTIONARY#INDEX/],
    ['kl@1..', /not ids|no metric/],
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
    const feeds = metricFeeds(parse('loss@1'), [[5, 6, 7]]);
    expect(numbers(feeds.get('rows')!.data)).toEqual([1]);
    expect(numbers(feeds.get('metric.targets')!.data)).toEqual([7]);
    expect(() => metricFeeds(parse('loss@2'), [[5, 6, 7]])).toThrow(/after it/);
  });

  it('are refused outside the text', () => {
    expect(() => metricFeeds(parse('logit:1@3'), [[1, 2, 3]])).toThrow(/position 3 is outside the 3 tokens/);
    expect(() => metricFeeds(parse('loss'), [[1]])).toThrow(/at least two tokens/);
  });
});

describe('readMetricText', () => {
  it('leaves answers to the prompts where none are written', () => {
    expect(readMetricText('logit_diff@-2')).toEqual({
      kind: 'logit_diff',
      groups: [],
      feature: null,
      span: [-2, -2],
    });
    expect(readMetricText('log_prob:" Mary"|7').groups).toEqual([[' Mary', 7]]);
  });
});

describe('readPositions', () => {
  const read = (text: string, length: number) => readPositions(parse(text), length);

  it.each([
    ['kl', 4, [3]],
    ['kl@-4', 4, [0]],
    ['kl@1..3', 4, [1, 2, 3]],
    ['loss', 4, [0, 1, 2]],
    ['loss@1..-2', 4, [1, 2]],
  ])('of %s in %i tokens', (text, length, positions) => {
    expect(read(text, length)).toEqual(positions);
  });

  it.each([
    ['kl@4', 4, /position 4 is outside the 4 tokens/],
    ['kl@-5', 4, /position -5 is outside the 4 tokens/],
    ['kl@2..1', 4, /first is after the last/],
    ['loss@1..3', 4, /loss at position 3 needs a token after it/],
    ['loss', 1, /at least two tokens/],
  ])('refuses %s in %i tokens', (text, length, reason) => {
    expect(() => read(text, length)).toThrow(reason);
  });
});

describe('metricText', () => {
  const texts: Readonly<Record<number, string>> = { 5: ' Mary', 7: 'a"b\\' };

  it.each([
    ['logit_diff:" Mary","a\\"b\\\\"@3', 'logit_diff:5,7@3'],
    ['prob_diff:" Mary"|1,2', 'prob_diff:5|1,2'],
    ['loss@1..4', 'loss@1..4'],
    ['kl', 'kl'],
    ['feature:res#3@-1', 'feature:res#3@-1'],
  ])('is %s', (text, ids) => {
    const metric = parseMetric(ids, () => null);
    expect(metricText(metric, (id) => texts[id] ?? null)).toBe(text);
    const back = parseMetric(text, (token) =>
      Number(Object.keys(texts).find((id) => texts[Number(id)] === token)),
    );
    expect(back).toEqual(metric);
  });
});
