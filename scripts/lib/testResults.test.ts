import { describe, expect, it } from 'vitest';
import { countVitest, judge } from './testResults.mjs';

const counts = (passed: number, failed: number, skipped: string[] = []) => ({ passed, failed, skipped });

describe('countVitest', () => {
  it('counts over all files and names what did not run', () => {
    const file = (...statuses: string[]) => ({
      assertionResults: statuses.map((status, i) => ({ status, fullName: `${status} ${i}` })),
    });
    const report = { testResults: [file('passed', 'skipped'), file('failed', 'passed', 'todo')] };
    expect(countVitest(report)).toEqual(counts(2, 1, ['skipped 1', 'todo 2']));
  });
});

describe('judge', () => {
  it('accepts a clean run', () => {
    expect(judge(0, counts(3, 0), true)).toMatchObject({ passed: 3, failed: 0, problems: [] });
  });

  it('counts a runner that broke before it could report as one failure', () => {
    expect(judge(1, undefined, false)).toMatchObject({ passed: 0, failed: 1, problems: ['no test ran'] });
  });

  it('counts a bad end without a failed test as one failure', () => {
    expect(judge(1, counts(3, 0), false)).toMatchObject({ passed: 3, failed: 1 });
  });

  it('does not count a bad end twice when tests failed', () => {
    expect(judge(1, counts(3, 2), false).failed).toBe(2);
  });

  it('allows only the skip for an absent ../shared when strict', () => {
    const skipped = ['goldens [needs ../shared] agree', 'slow test'];
    expect(judge(0, counts(1, 0, skipped), true).problems).toEqual([
      'skipped without the one allowed reason: slow test',
    ]);
    expect(judge(0, counts(1, 0, skipped), false).failed).toBe(0);
  });
});
