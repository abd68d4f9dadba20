import { describe, expect, it } from 'vitest';
import { readMetricText } from './metricText';

describe('readMetricText', () => {
  it('reads kinds, answers and the position', () => {
    expect(readMetricText('logit_diff')).toEqual({
      kind: 'logit_diff',
      answers: null,
      feature: null,
      position: null,
    });
    expect(readMetricText(String.raw`logit_diff:" Mary",'a"b\'c'@3`)).toMatchObject({
      answers: [' Mary', `a"b'c`],
      position: 3,
    });
    expect(readMetricText('log_prob: 12')).toMatchObject({ kind: 'log_prob', answers: [12] });
    expect(readMetricText('logit:"a,@2"')).toMatchObject({ answers: ['a,@2'], position: null });
  });

  it('reads a feature with or without its dictionary', () => {
    expect(readMetricText('feature:12@0')).toMatchObject({
      feature: { dictionary: null, index: 12 },
      position: 0,
    });
    expect(readMetricText('feature:./a#b/res#7')).toMatchObject({
      feature: { dictionary: './a#b/res', index: 7 },
    });
  });

  it('says what is wrong', () => {
    expect(readMetricText('logit_dif')).toContain('Did you mean logit_diff?');
    expect(readMetricText('accuracy')).toContain('There is no metric "accuracy"');
    expect(readMetricText('logit_diff: Mary, John')).toContain('quoted texts');
    expect(readMetricText('logit_diff:" Mary"')).toContain('takes 2 answers, this has 1');
    expect(readMetricText('kl:" Mary"')).toContain('takes 0 answers');
    expect(readMetricText('feature')).toContain('feature:12');
    expect(readMetricText('')).toContain('is no metric');
  });
});
