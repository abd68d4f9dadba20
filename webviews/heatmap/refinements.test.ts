import { describe, expect, it } from 'vitest';
import type { ExperimentRun } from '../../protocol/experimentSpec';
import type { AxisName, RunResult } from '../../protocol/experiments';
import { namesPair, patchRun } from '../../test/support/results';
import { firstChoice, planeOf } from './plane';
import { read } from './reading';
import { refinements } from './refinements';
import { regionOf } from './region';
import type { Cell } from '../render/grid';

const DICTIONARIES = [
  { id: 'demo/blocks.1.hook_resid_post', hookPoint: 'blocks.1.hook_resid_post' },
  { id: 'demo/blocks.2.hook_mlp_out', hookPoint: 'blocks.2.hook_mlp_out' },
];
const run = (...axes: (readonly [AxisName, number])[]): RunResult => patchRun(axes, () => 0);
const stream = run(['layer', 4], ['position', 12]);
const heads = run(['layer', 4], ['head', 4]);

/** The refinements of a rectangle, by title. */
function offered(shown: RunResult, spec: ExperimentRun | undefined, from: Cell, to: Cell = from) {
  const plane = planeOf(read(shown, null, 'value'), firstChoice(shown.axes.length));
  const found = refinements(shown, spec, regionOf(shown, plane, [from, to]), DICTIONARIES);
  return Object.fromEntries(found.map(({ title, runs }) => [title, runs]));
}

describe('refinements of a residual grid', () => {
  const spec: ExperimentRun = { patch: 'resid_pre', direction: 'noise', metric: 'loss', name: 'first' };
  const found = offered(stream, spec, { row: 2, column: 3 }, { row: 2, column: 5 });
  const common = { direction: 'noise', metric: 'loss' };

  it('goes into the heads of the layers, at the positions, in the same direction and metric', () => {
    expect(found['Heads of layer 2 at positions 3–5']).toEqual([
      { patch: 'z', ...common, layers: [2], positions: [3, 4, 5], by: ['layer', 'head'] },
    ]);
    expect(found['Heads by position of layer 2 at positions 3–5']).toMatchObject([
      { by: ['layer', 'head', 'position'] },
    ]);
  });

  it('offers the dictionaries that read that site, also by its other name', () => {
    expect(found['Features of 1.resid_post at positions 3–5']).toEqual([
      {
        patch: 'features',
        ...common,
        positions: [3, 4, 5],
        dictionary: 'demo/blocks.1.hook_resid_post',
        by: ['feature', 'position'],
      },
    ]);
    expect(Object.keys(found).filter((title) => title.startsWith('Features'))).toHaveLength(1);
  });

  it('narrows the same sweep, and changes its cells together', () => {
    expect(found['Only this region of resid_pre']).toEqual([
      { patch: 'resid_pre', ...common, layers: [2], positions: [3, 4, 5], by: ['layer', 'position'] },
    ]);
    expect(found['These 3 cells together']).toEqual([
      { patch: [[3, 4, 5].map((position) => ({ at: 'resid_pre', layer: 2, position }))], ...common },
    ]);
  });

  it('does not offer what would be the same, or what would be too much', () => {
    const one = offered(stream, spec, { row: 2, column: 3 });
    expect(Object.keys(one)).not.toContain('Only this region of resid_pre');
    expect(Object.keys(one).some((title) => title.includes('together'))).toBe(false);
    const all = offered(
      run(['layer', 12], ['position', 12]),
      spec,
      { row: 0, column: 0 },
      { row: 11, column: 11 },
    );
    expect(Object.keys(all)).toEqual(['Heads', 'Heads by position', 'Features of 1.resid_post']);
  });

  it('keeps what the run itself was narrowed to', () => {
    const narrowed = offered(
      run(['layer', 4]),
      { patch: 'resid_pre', positions: [7], by: ['layer'] },
      { row: 1, column: 0 },
      { row: 2, column: 0 },
    );
    expect(narrowed['Heads of layers 1–2']).toMatchObject([{ layers: [1, 2], positions: [7] }]);
    expect(narrowed['Only this region of resid_pre']).toEqual([
      { patch: 'resid_pre', layers: [1, 2], positions: [7], by: ['layer'] },
    ]);
    expect(Object.keys(narrowed).some((title) => title.includes('together'))).toBe(false);
  });

  it('goes into neurons of one MLP and features of its output', () => {
    const mlp = offered(stream, { patch: 'mlp_out' }, { row: 2, column: 3 });
    expect(mlp['Neurons of layer 2 at position 3']).toEqual([
      { patch: 'mlp_post', layers: [2], positions: [3], by: ['neuron', 'position'] },
    ]);
    expect(mlp).toHaveProperty('Features of 2.mlp_out at position 3');
  });
});

describe('refinements of heads', () => {
  it('goes into positions, queries, keys, values and patterns', () => {
    const found = offered(heads, { ablate: 'z', with: 'mean' }, { row: 1, column: 2 });
    expect(found['z by position of layer 1, head 2']).toEqual([
      { ablate: 'z', with: 'mean', layers: [1], heads: [2], by: ['layer', 'head', 'position'] },
    ]);
    expect(found['q, k, v, pattern of layer 1, head 2']?.map(({ name }) => name)).toEqual([
      'q',
      'k',
      'v',
      'pattern',
    ]);
    expect(found['Pattern of head 1.2, position by position']).toMatchObject([
      { ablate: 'pattern', layers: [1], heads: [2], by: ['position', 'source'] },
    ]);
    expect(found['Attention of head 1.2 on the clean prompt']).toEqual([
      { attention: { layer: 1, head: 2 } },
    ]);
  });
});

describe('refinements of units', () => {
  it('names the units, since a sweep might choose others', () => {
    const features = run(['feature', 3], ['position', 12]);
    const spec: ExperimentRun = { patch: 'features', dictionary: 'd', top: 3 };
    const found = offered(features, spec, { row: 0, column: 4 }, { row: 2, column: 4 });
    expect(found['Only this region of features']).toEqual([
      { patch: 'features', dictionary: 'd', units: [0, 1, 2], positions: [4], by: ['feature', 'position'] },
    ]);
    expect(found['These 3 cells together']).toMatchObject([
      { patch: [[{ at: 'features', feature: 0, position: 4, dictionary: 'd' }, {}, {}]] },
    ]);
  });
});

describe('refinements of other kinds', () => {
  it('patches exactly what was estimated', () => {
    const spec: ExperimentRun = { attribute: 'z', method: 'atp*', verify: 5, direction: 'noise' };
    const found = offered(
      { ...heads, kind: 'attribute' },
      spec,
      { row: 0, column: 0 },
      { row: 0, column: 3 },
    );
    expect(found['Patch z of layer 0 exactly']).toEqual([
      { patch: 'z', direction: 'noise', layers: [0], by: ['layer', 'head'] },
    ]);
    expect(found['z by position of layer 0']).toEqual([
      { attribute: 'z', method: 'atp*', direction: 'noise', layers: [0], by: ['layer', 'head', 'position'] },
    ]);
  });

  it('patches where a lens or a pattern was read, if there is something to patch with', () => {
    const lens = offered({ ...stream, kind: 'lens' }, { lens: 'resid_post' }, { row: 3, column: 1 });
    expect(lens).toEqual({
      'Patch resid_post of layer 3 at position 1': [
        { patch: 'resid_post', direction: 'denoise', layers: [3], positions: [1] },
      ],
    });
    const alone = { ...stream, kind: 'lens' as const, pairs: [{ ...namesPair, corrupt: null }] };
    expect(offered(alone, { lens: 'resid_post' }, { row: 3, column: 1 })).toEqual({});
    const pattern = run(['position', 12], ['source', 12]);
    const attention = offered(pattern, { attention: { layer: 1, head: 2 } }, { row: 3, column: 1 });
    expect(attention['Patch the pattern of head 1.2']).toMatchObject([
      { patch: 'pattern', layers: [1], heads: [2], positions: [3] },
    ]);
  });

  it('goes from layers to heads and neurons in direct attribution', () => {
    const labels = ['embed', 'attn_out 0', 'mlp_out 0', 'attn_out 1'];
    const direct: RunResult = {
      ...run(['component', 4]),
      kind: 'direct',
      ticks: [labels.map((label) => ({ label, index: Number(/\d/.exec(label)?.[0] ?? -1) }))],
    };
    const found = offered(direct, { direct: 'layers' }, { row: 0, column: 0 }, { row: 3, column: 0 });
    expect(found).toEqual({
      'Heads of layers 0–1': [{ direct: 'heads', layers: [0, 1] }],
      'Neurons of layers 0': [{ direct: 'neurons', layers: [0] }],
    });
  });

  it('offers nothing of sets of sites, of steering, or while it is not known what was run', () => {
    const sets = run(['site', 2]);
    expect(offered(sets, { patch: [{ at: 'z', layer: 0 }] }, { row: 0, column: 0 })).toEqual({});
    expect(offered(stream, { steer: [] }, { row: 0, column: 0 })).toEqual({});
    expect(offered(stream, undefined, { row: 0, column: 0 })).toEqual({});
  });
});
