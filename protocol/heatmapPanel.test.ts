import { describe, expect, it } from 'vitest';
import { readHeatmapState } from './heatmapPanel';
import type { HeatmapState } from './heatmapPanel';

const state: HeatmapState = {
  version: 1,
  sheets: [
    {
      id: 0,
      title: 'Names',
      origin: { uri: 'file:///a.fscope.yaml', spec: null, only: ['z'], result: null },
    },
    {
      id: 3,
      title: 'Heads of layer 2',
      origin: {
        uri: 'file:///folder',
        spec: { prompts: { clean: 'a', corrupt: 'b' }, runs: [{ patch: 'z' }] },
        only: null,
        result: null,
      },
    },
  ],
  front: { sheet: 3, run: 'patch' },
  other: null,
  unit: 'recovered',
  rows: 'strongest',
  columns: 'natural',
  table: true,
  numbers: false,
};

describe('readHeatmapState', () => {
  it('gives back what was stored as JSON', () => {
    expect(readHeatmapState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it('falls back field by field, but not without a sheet', () => {
    const [sheet] = state.sheets;
    const bare = { version: 1, sheets: [sheet], rows: 7, unit: {}, front: { sheet: -1, run: 'z' } };
    expect(readHeatmapState(bare)).toEqual({
      version: 1,
      sheets: [sheet],
      front: null,
      other: null,
      unit: null,
      rows: 'natural',
      columns: 'natural',
      table: false,
      numbers: false,
    });
  });

  it('refuses what it cannot read', () => {
    const broken = [
      undefined,
      null,
      [],
      'state',
      { ...state, version: 2 },
      { ...state, sheets: [] },
      { ...state, sheets: [{ id: 'x', title: '', origin: {} }] },
      { ...state, sheets: [...state.sheets, { id: 1, title: 'no origin' }] },
    ];
    for (const value of broken) expect(readHeatmapState(value)).toBeUndefined();
  });
});
