import { describe, expect, it } from 'vitest';
import type { Sheet } from '../../protocol/heatmapPanel';
import { patchRun } from '../../test/support/results';
import { frontOf, runOf, sameRun } from './front';

const sheet = (id: number, ...names: string[]): Sheet => ({
  id,
  title: `sheet ${id}`,
  origin: { uri: null, spec: null, only: null, result: null },
  state: 'ended',
  message: null,
  spec: null,
  runs: names.map((name) => patchRun([['layer', 1]], () => 0, { name })),
  expectations: [],
  provenance: null,
});
const sheets = [sheet(0, 'a', 'b'), sheet(4, 'a')];

describe('frontOf', () => {
  it('is the wanted tab, or the nearest that there is', () => {
    expect(frontOf(sheets, { sheet: 4, run: 'a' })).toEqual({ sheet: 4, run: 'a' });
    expect(frontOf(sheets, { sheet: 0, run: 'gone' })).toEqual({ sheet: 0, run: 'a' });
    expect(frontOf(sheets, { sheet: 9, run: 'b' })).toEqual({ sheet: 0, run: 'b' });
    expect(frontOf(sheets, null)).toEqual({ sheet: 0, run: 'a' });
    expect(frontOf([sheet(2)], null)).toEqual({ sheet: 2, run: '' });
    expect(frontOf([], null)).toBeNull();
  });
});

describe('runOf', () => {
  it('tells runs of one name in two sheets apart', () => {
    expect(runOf(sheets, { sheet: 4, run: 'a' })).toBe(sheets[1]!.runs[0]);
    expect(runOf(sheets, { sheet: 4, run: 'b' })).toBeUndefined();
    expect(runOf(sheets, null)).toBeUndefined();
    expect(sameRun({ sheet: 0, run: 'a' }, { sheet: 4, run: 'a' })).toBe(false);
    expect(sameRun({ sheet: 0, run: 'a' }, { sheet: 0, run: 'a' })).toBe(true);
    expect(sameRun(null, null)).toBe(false);
  });
});
