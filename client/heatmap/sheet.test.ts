import { describe, expect, it } from 'vitest';
import { patchRun, resultOf } from '../../test/support/results';
import type { SheetOrigin } from '../../protocol/heatmapPanel';
import { withRun } from '../../protocol/heatmapPanel';
import { emptySheet, ended, failed, originKey, started } from './sheet';

const origin: SheetOrigin = { uri: 'file:///a.fscope.yaml', spec: null, only: null, result: null };
const axes = [['layer', 2]] as const;
const partial = patchRun(axes, () => null, { state: 'running', done: 0 });
const whole = patchRun(axes, (layer) => layer);
const heads = { ...whole, name: 'heads' };

describe('a sheet', () => {
  it('replaces a run’s snapshot by the next one and keeps the order of the runs', () => {
    const first = withRun(withRun(emptySheet(0, 'a', origin), partial), heads);
    expect(withRun(first, whole).runs).toEqual([whole, heads]);
  });

  it('takes title, spec and the rest from the result', () => {
    const sheet = ended(withRun(started(emptySheet(0, 'a', origin)), partial), resultOf([whole]));
    expect(sheet).toMatchObject({
      state: 'ended',
      title: 'Who gets the book?',
      runs: [whole],
      message: null,
    });
    expect(sheet.spec?.runs).toHaveLength(1);
    expect(sheet.provenance?.model.name).toBe('demo');
  });

  it('empties what is run again, and only that', () => {
    const sheet = ended(emptySheet(0, 'a', origin), resultOf([heads, whole]));
    const again = started(sheet);
    expect(again).toMatchObject({ state: 'running', expectations: [], provenance: null });
    for (const run of again.runs)
      expect(run).toMatchObject({ values: [null, null], done: 0, state: 'running' });
    const one = started({ ...sheet, origin: { ...origin, only: ['heads'] } });
    expect(one.runs.map(({ values }) => values)).toEqual([[null, null], whole.values]);
    expect(ended(one, resultOf([heads])).runs).toEqual([heads, whole]);
  });

  it('loses the runs that its file no longer has', () => {
    const sheet = ended(emptySheet(0, 'a', origin), resultOf([heads, whole]));
    expect(ended(started(sheet), resultOf([whole])).runs).toEqual([whole]);
  });

  it('keeps what was done when it fails, and no run stays running', () => {
    const sheet = failed(withRun(withRun(started(emptySheet(0, 'a', origin)), partial), heads), 'no memory');
    expect(sheet).toMatchObject({ state: 'failed', message: 'no memory' });
    expect(sheet.runs.map(({ state }) => state)).toEqual(['failed', 'complete']);
  });
});

describe('originKey', () => {
  it('tells files, specs and result files apart', () => {
    const { spec } = resultOf([]);
    const keys = [
      origin,
      { ...origin, result: 'file:///a.fscope.result.json' },
      { ...origin, spec },
      { ...origin, spec: { ...spec, metric: 'loss' } },
    ].map(originKey);
    expect(new Set(keys).size).toBe(4);
    expect(originKey({ ...origin, only: ['heads'] })).toBe(keys[0]);
  });
});
