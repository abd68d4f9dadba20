import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../../../protocol/experimentSpec';
import type { RunResult } from '../../../../protocol/experiments';
import { holds } from './bounds';
import { outcomesOf, strongestCells } from './expectations';

const ticks = (...indices: number[]) => indices.map((index) => ({ label: `${index}`, index }));

const run: RunResult = {
  name: 'heads',
  kind: 'patch',
  at: 'z',
  direction: 'denoise',
  metric: 'logit_diff:1,2',
  clean: 10,
  corrupted: 0,
  axes: ['layer', 'position'],
  ticks: [ticks(3, 5), ticks(0, 1, 2)],
  values: [
    [1, -9, null],
    [4, 0, 6],
  ],
  pairs: [],
  notes: [],
  state: 'complete',
  done: 5,
  total: 5,
  cost: { forwards: 1, seconds: 1, secondsLeft: null },
};

const one = (clause: Omit<Expectation, 'run'>, runs: readonly RunResult[] = [run]) =>
  outcomesOf([{ run: 'heads', ...clause }], runs);

describe('holds', () => {
  it.each([
    ['>= 0.8', 0.8, true],
    ['>= 0.8', 0.79, false],
    ['<2', 2, false],
    ['<= 2', 2, true],
    ['> -1e-3', 0, true],
    ['== 3', 3.000001, true],
    ['== 3', 3.1, false],
    ['0.4 .. 0.6', 0.6, true],
    ['-2..-1', -1.5, true],
    ['-2 .. -1', 0, false],
    ['>= .5', 0.5, true],
  ])('%s of %d is %s', (bound, value, expected) => {
    expect(holds(bound, value)).toBe(expected);
  });

  it('refuses what is no bound, and never holds of NaN', () => {
    expect(() => holds('about 3', 3)).toThrow(/"about 3" is no bound/);
    expect(() => holds('>= 1 <= 2', 3)).toThrow(/no bound/);
    expect(holds('>= -1e9', NaN)).toBe(false);
  });
});

describe('outcomesOf', () => {
  it('reads a cell in all units, one outcome a bound', () => {
    const outcomes = one({
      cell: { layer: 5, position: 2 },
      value: '== 6',
      change: '> 5',
      recovered: '>= 0.7',
      effect: '0.3 .. 0.5',
    });
    expect(outcomes.map(({ holds: result, measured }) => [result, measured])).toEqual([
      [true, '6'],
      [true, '6'],
      [false, '0.60000'],
      [true, '0.40000'],
    ]);
    expect(outcomes[2]!.clause).toBe(
      'heads at layer 5, position 2: share recovered: 0 as the corrupted run, 1 as the clean run >= 0.7',
    );
  });

  it('reads the unchanged runs, and counts positions from the end', () => {
    expect(one({ clean: '== 10', corrupted: '< 0' }).map(({ holds: result }) => result)).toEqual([
      true,
      false,
    ]);
    expect(one({ cell: { layer: 3, position: -2 }, value: '== -9' })[0]!.holds).toBe(true);
  });

  it.each([
    [{ cell: { layer: 4, position: 0 }, value: '> 0' }, 'there is no layer 4'],
    [{ cell: { layer: 3, position: -4 }, value: '> 0' }, 'there is no position -4'],
    [{ cell: { layer: 3 }, value: '> 0' }, 'the cell does not say which position'],
    [{ cell: { layer: 3, head: 0 }, value: '> 0' }, 'the run has no axis head, only layer, position'],
    [{ cell: { layer: 3, position: 2 }, value: '> 0' }, 'the cell has no such value'],
  ])('does not hold of %j', (clause, measured) => {
    expect(one(clause)).toMatchObject([{ holds: false, measured: `cannot be answered: ${measured}` }]);
  });

  it('needs no cell where there is only one', () => {
    const single = { ...run, axes: ['site'], ticks: [ticks(0)], values: [2.5] } as RunResult;
    expect(one({ value: '== 2.5' }, [single])[0]!.holds).toBe(true);
  });

  it('counts how many of the strongest are those of another run', () => {
    const other = {
      ...run,
      name: 'exact',
      values: [
        [0, -3, 1],
        [2, null, 0],
      ],
    } as RunResult;
    const shared = (top: number, bound?: string, as = other) =>
      one({ top, as: 'exact', ...(bound === undefined ? {} : { shared: bound }) }, [run, as])[0]!;
    expect(shared(1)).toMatchObject({ holds: true, measured: '1' });
    expect(shared(2)).toMatchObject({ holds: false, measured: '1' });
    expect(shared(2, '>= 1').holds).toBe(true);
    expect(shared(1, undefined, { ...other, ticks: [ticks(3, 4), ticks(0, 1, 2)] })).toMatchObject({
      holds: false,
      measured: 'cannot be answered: the two runs have different axes',
    });
  });

  it('leaves out clauses on runs that were not run, and fails those on unfinished ones', () => {
    expect(one({ clean: '> 0' }, [])).toEqual([]);
    expect(one({ top: 1, as: 'exact' })).toEqual([]);
    expect(one({ clean: '> 0' }, [{ ...run, state: 'cancelled' }])).toMatchObject([
      { holds: false, measured: '10 (the run heads is cancelled)' },
    ]);
  });
});

describe('strongestCells', () => {
  it('goes by the change of the metric, or by scores', () => {
    expect(strongestCells(run, 3)).toEqual([1, 5, 3]);
    expect(strongestCells({ ...run, corrupted: -9 }, 2)).toEqual([5, 3]);
    const scores = [
      [0, 1, 2],
      [3, 4, null],
    ];
    expect(strongestCells({ ...run, scores }, 2)).toEqual([4, 3]);
  });
});
