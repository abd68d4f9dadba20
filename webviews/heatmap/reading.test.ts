import { describe, expect, it } from 'vitest';
import { patchRun } from '../../test/support/results';
import { caveats, incomparable, read, readingWords, sharedUnits, usualUnit } from './reading';

const axes = [
  ['layer', 2],
  ['position', 2],
] as const;
/** Clean 3, corrupted -2. */
const run = patchRun(axes, (layer, position) => [3, -2, 0.5, null][2 * layer + position]!);
const other = {
  ...run,
  name: 'noised',
  values: [
    [3, 3],
    [3, 3],
  ],
};

describe('read', () => {
  it('reads in a unit, with the largest absolute value', () => {
    expect(read(run, null, 'recovered').values).toEqual([1, 0, 0.5, null]);
    expect(read(run, null, 'value')).toMatchObject({ values: [3, -2, 0.5, null], largest: 3 });
    expect(
      read(
        {
          ...run,
          values: [
            [null, null],
            [null, null],
          ],
        },
        null,
        'value',
      ).largest,
    ).toBe(0);
  });

  it('weighs cells by their change, whatever the unit', () => {
    expect(read(run, null, 'value').strengths).toEqual([5, 0, 2.5, null]);
    expect(read(run, null, 'effect').strengths).toEqual([5, 0, 2.5, null]);
    const scores = [
      [0, 4],
      [1, null],
    ];
    expect(read({ ...run, kind: 'attribute', scores }, null, 'value').strengths).toEqual([0, 4, 1, null]);
  });

  it('subtracts another run in the same unit, where both have a number', () => {
    const reading = read(run, other, 'recovered');
    expect(reading.values).toEqual([0, -1, -0.5, null]);
    expect(reading.strengths).toEqual([0, 1, 0.5, null]);
    expect(readingWords(reading)).toMatch(/^difference, this run minus noised: share recovered/);
  });
});

describe('units', () => {
  it('are those of both runs', () => {
    expect(sharedUnits(run, null)).toEqual(['value', 'change', 'recovered', 'effect']);
    expect(sharedUnits(run, { ...other, clean: 1, corrupted: 1 })).toEqual(['value', 'change']);
  });

  it('tell the value of an attribution, which is a change, from that of a patched run', () => {
    const attributed = { ...run, kind: 'attribute' as const };
    expect(sharedUnits(attributed, null)).toEqual(['value', 'recovered', 'effect']);
    expect(sharedUnits(attributed, run)).toEqual(['change', 'recovered', 'effect']);
    expect(sharedUnits(attributed, attributed)).toContain('value');
  });

  it('begin with what says most', () => {
    const usual = (changes: object) => {
      const changed = { ...run, ...changes };
      return usualUnit(changed, sharedUnits(changed, null));
    };
    expect(usual({})).toBe('recovered');
    expect(usual({ direction: 'noise' })).toBe('effect');
    expect(usual({ corrupted: 3 })).toBe('change');
    expect(usual({ kind: 'attribute' })).toBe('value');
    expect(usual({ kind: 'lens', direction: null })).toBe('value');
  });
});

describe('comparing', () => {
  it('needs the same axes and the same places', () => {
    expect(incomparable(run, other)).toBeNull();
    const heads = patchRun(
      [
        ['layer', 2],
        ['head', 2],
      ],
      () => 0,
    );
    expect(incomparable(run, heads)).toMatch(/layer \(2\) × position \(2\) here, layer \(2\) × head \(2\)/);
    const longer = patchRun(
      [
        ['layer', 2],
        ['position', 3],
      ],
      () => 0,
    );
    expect(incomparable(run, longer)).toMatch(/along the axis position \(2 here, 3 in patch\)/);
    const elsewhere = {
      ...run,
      ticks: [run.ticks[0]!, run.ticks[1]!.map((tick) => ({ ...tick, index: tick.index + 1 }))],
    };
    expect(incomparable(run, elsewhere)).toMatch(/different places along the axis position/);
    const flat = { ...run, axes: [], ticks: [], values: [] };
    expect(incomparable(flat, flat)).toMatch(/no grid/);
    const estimated = { ...run, kind: 'attribute' as const, corrupted: null };
    expect(incomparable(estimated, run)).toMatch(/no unit in which both can be read/);
  });

  it('says what else differs', () => {
    expect(caveats(run, other)).toEqual([]);
    const far = {
      ...other,
      kind: 'attribute' as const,
      metric: 'loss',
      direction: 'noise' as const,
      ticks: [run.ticks[0]!, run.ticks[1]!.map((tick) => ({ ...tick, label: 'x' }))],
    };
    expect(caveats(run, far)).toHaveLength(4);
  });
});
