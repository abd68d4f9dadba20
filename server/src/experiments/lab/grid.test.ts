import { describe, expect, it } from 'vitest';
import type { PatchRun, SweepRange } from '../../../../protocol/experimentSpec';
import { alignmentOf, counterparts } from './alignment';
import { gridOf, type GridView, wantsUnits } from './grid';
import { layOut } from './layOut';
import { preparePairs, sides } from './pairs';
import { fakeLab } from './testing/fakeLab';

const lab = fakeLab({ dictionaries: ['res'] });
const both = fakeLab({ dictionaries: ['res', 'out'] });

/** Denoising `corrupt` with values of `clean`. */
function view(clean = 'abc', corrupt = 'abd'): GridView {
  const [pair] = preparePairs([{ clean, corrupt }], lab, false);
  const { base, source } = sides(pair!, 'denoise');
  const alignment = alignmentOf(source.ids, base.ids, 'auto');
  return {
    base,
    source,
    counterparts: counterparts(alignment, 'denoise', base.ids.length),
    valueOf: () => ({ from: 'source' }),
  };
}

function on(patch: PatchRun['patch'], range: SweepRange = {}, at = view()) {
  const grid = gridOf(patch, range, lab);
  const { ticks, cells } = grid.on(at);
  return { ...grid, cells, labels: ticks.map((each) => each.map(({ label }) => label)), ticks };
}

const whole = { positions: null, head: null, keys: null, unit: null, value: { from: 'source' } };

describe('gridOf a site', () => {
  it('is layer x position for the residual stream', () => {
    const { axes, labels, cells, at } = on('resid_pre');
    expect({ axes, at }).toEqual({ axes: ['layer', 'position'], at: 'resid_pre' });
    expect(labels).toEqual([
      ['0', '1', '2'],
      ['a', 'b', 'd'],
    ]);
    expect(cells).toHaveLength(9);
    expect(cells[5]).toEqual([{ ...whole, hook: 'blocks.1.hook_resid_pre', positions: [2] }]);
  });

  it('is layer x head over all positions for heads, fewer for keys and values that are shared', () => {
    const { axes, cells } = on('z');
    expect(axes).toEqual(['layer', 'head']);
    expect(cells).toHaveLength(12);
    expect(cells[6]).toEqual([{ ...whole, hook: 'blocks.1.attn.hook_z', head: 2 }]);
    expect(on('k').labels[1]).toEqual(['0', '1']);
    expect(on('q').labels[1]).toEqual(['0', '1', '2', '3']);
  });

  it('covers whole what is no axis, or what is listed of it', () => {
    expect(on('z', { by: ['head'], layers: [0, 2], heads: [1], positions: [-1] }).cells).toEqual([
      [
        { ...whole, hook: 'blocks.0.attn.hook_z', positions: [2], head: 1 },
        { ...whole, hook: 'blocks.2.attn.hook_z', positions: [2], head: 1 },
      ],
    ]);
    expect(on('embed').cells.map((cell) => cell![0]!.hook)).toEqual([
      'hook_embed',
      'hook_embed',
      'hook_embed',
    ]);
    const pattern = on('pattern', { layers: [1], heads: [3], by: ['position', 'source'] });
    expect(pattern.cells[5]).toEqual([
      { ...whole, hook: 'blocks.1.attn.hook_pattern', head: 3, positions: [1], keys: [2] },
    ]);
  });

  it('counts features of a dictionary with their labels', () => {
    const { at, axes, ticks, cells, dictionaries } = on('features', { units: [4, 2] });
    expect({ at, axes, dictionaries }).toEqual({
      at: 'features of res',
      axes: ['feature', 'position'],
      dictionaries: ['res'],
    });
    expect(ticks[0]).toEqual([
      { label: '4', index: 4 },
      { label: '2', index: 2, detail: 'a label' },
    ]);
    expect(cells[3]).toEqual([
      { ...whole, hook: 'blocks.1.hook_res.hook_sae_acts_post', positions: [0], unit: 2 },
    ]);
    expect(on('error').cells[0]![0]!.hook).toBe('blocks.1.hook_res.hook_sae_error');
  });

  it('has no cell where nothing can take the place', () => {
    const unequal = view('abc', 'abxxc');
    const { cells, ticks } = on('resid_post', { layers: [0] }, unequal);
    expect(cells.map((cell) => cell !== null)).toEqual([true, true, false, false, true]);
    expect(ticks[1]!.map(({ detail }) => detail)).toEqual([
      undefined,
      undefined,
      'no counterpart in the other prompt',
      'no counterpart in the other prompt',
      'other prompt: c (2)',
    ]);
    expect(on('resid_post', { by: ['layer'], positions: [2, 4] }, unequal).cells[0]![0]!.positions).toEqual([
      4,
    ]);
  });

  it.each([
    ['z', { by: ['neuron'] }, /z has no axis neuron: it has layer, head, position/],
    ['z', { by: ['head', 'head'] }, /names head twice/],
    ['z', { layers: [3] }, /z has layers 0 to 2, and no 3/],
    ['k', { heads: [2] }, /k has heads 0 to 1, and no 2/],
    ['z', { heads: [1, 1] }, /head 1 is listed twice/],
    ['z', { units: [0] }, /z has no units/],
    ['z', { top: 3 }, /z has no top/],
    ['embed', { layers: [0] }, /embed has no layers/],
    ['mlp_post', { units: [0] }, /are those of one layer: name it with "layers"/],
    ['mlp_post', { layers: [0], units: [6] }, /mlp_post has neurons 0 to 5, and no 6/],
    ['features', { units: [5] }, /features has features 0 to 4, and no 5/],
    ['features', { dictionary: 'other' }, /the dictionary other is not loaded \(loaded are res\)/],
    ['resid_pre', { positions: [3] }, /position 3 is outside the 3 tokens of the prompt/],
  ] as [PatchRun['patch'], SweepRange, RegExp][])('refuses %s over %j', (site, range, reason) => {
    expect(() => on(site, range)).toThrow(reason);
  });

  it('asks which of several dictionaries is meant', () => {
    expect(() => gridOf('features', {}, both)).toThrow(/there are 2 \(res, out\): name one/);
    expect(gridOf('features', { dictionary: '../x/out/' }, both).dictionaries).toEqual(['out']);
  });

  it('has no more cells than can be shown', () => {
    const ids = { tokens: Array.from({ length: 12 }, () => 1) };
    const [pair] = preparePairs([{ clean: ids, corrupt: ids }], lab, false);
    const long = { ...view(), base: { ...pair!.clean, ids: Array.from({ length: 300 }, () => 1) } };
    const by = ['layer', 'head', 'position', 'source'] as const;
    expect(() => gridOf('pattern', { by }, lab).on(long)).toThrow(/has 1080000 cells, more than 200000/);
  });
});

describe('gridOf sets of sites', () => {
  it('is one cell a set', () => {
    const { axes, labels, cells, hooks } = on([
      { at: 'z', layer: 1, head: 2, position: -1 },
      [
        { at: 'mlp_out', layer: 0 },
        { at: 'features', feature: 3, position: 1 },
        { at: 'pattern', layer: 2, head: 0, position: 2, source: 1 },
      ],
    ]);
    expect(axes).toEqual(['site']);
    expect(labels).toEqual([['z 1.2 @-1', 'mlp_out 0 + features 3 @1 + pattern 2.0 @2 @1']]);
    expect(hooks).toHaveLength(4);
    expect(cells[0]).toEqual([{ ...whole, hook: 'blocks.1.attn.hook_z', head: 2, positions: [2] }]);
    expect(cells[1]!.map(({ hook }) => hook)).toEqual([
      'blocks.0.hook_mlp_out',
      'blocks.1.hook_res.hook_sae_acts_post',
      'blocks.2.attn.hook_pattern',
    ]);
    expect(cells[1]![2]).toMatchObject({ head: 0, positions: [2], keys: [1] });
  });

  it('refuses what a site does not have', () => {
    expect(() => on([{ at: 'mlp_out', head: 1 }])).toThrow(/mlp_out has no head/);
    expect(() => on([{ at: 'features', neuron: 1 }])).toThrow(/features has no neuron/);
    expect(() => on([])).toThrow(/no sites are listed/);
  });
});

describe('wantsUnits', () => {
  it('where units are an axis and none are named', () => {
    expect(wantsUnits('features', {})).toBe(true);
    expect(wantsUnits('features', { units: [1] })).toBe(false);
    expect(wantsUnits('mlp_post', { by: ['layer', 'position'] })).toBe(false);
    expect(wantsUnits('z', {})).toBe(false);
    expect(wantsUnits([{ at: 'features' }], {})).toBe(false);
  });
});

describe('layOut', () => {
  const grids = (...pairs: [string, string][]) =>
    pairs.map(([clean, corrupt]) => gridOf('resid_pre', { layers: [0] }, lab).on(view(clean, corrupt)));
  const bases = (...texts: string[]) =>
    preparePairs(
      texts.map((clean) => ({ clean })),
      lab,
      false,
    ).map(({ clean }) => clean);

  it('names positions by their tokens where all pairs have the same', () => {
    const ticks = layOut(['layer', 'position'], grids(['abc', 'abd'], ['xbc', 'xbd']), bases('abd', 'xbd'));
    expect(ticks[1]).toEqual([
      { label: '0', index: 0, detail: 'in the pairs: a | x' },
      { label: 'b', index: 1 },
      { label: 'd', index: 2, detail: 'other prompt: c (2)' },
    ]);
  });

  it('refuses positions of prompts of different lengths', () => {
    expect(() =>
      layOut(['layer', 'position'], grids(['abc', 'abd'], ['ab', 'ac']), bases('abd', 'ac')),
    ).toThrow(/have 2 to 3 tokens, so that a position is not the same in all pairs/);
  });
});
