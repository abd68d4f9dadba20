import { describe, expect, it } from 'vitest';
import type { Patch } from '../../engine/causal/requests';
import { cellEstimates } from './estimates';
import { cellForwards, Pace } from './pace';
import { fakeLab } from './testing/fakeLab';

const patch = (hook: string, rest: Partial<Patch> = {}): Patch => ({
  hook,
  positions: null,
  head: null,
  keys: null,
  unit: null,
  value: { from: 'source' },
  ...rest,
});
const tensor = (data: number[], ...dims: number[]) => ({ data: Float32Array.from(data), dims });

describe('cellEstimates', () => {
  const tensors = new Map([
    ['resid', tensor([1, 2, NaN], 3)],
    ['z', tensor([1, 10, 2, 20, NaN, NaN], 3, 2)],
    ['x.hook_pattern', tensor([1, 0, 2, 3, 10, 0, 20, 30], 2, 2, 2)],
  ]);
  const found = (counterparts: (number | null)[] | null, ...cell: Patch[]) =>
    cellEstimates([cell], tensors, counterparts)[0];

  it('add what a cell covers', () => {
    expect(found([0, 1, null], patch('resid', { positions: [1] }))).toBe(2);
    expect(found([0, 1, null], patch('resid'))).toBe(3);
    expect(found([0, 1, null], patch('z', { head: 1 }))).toBe(30);
    expect(found([0, 1, null], patch('z', { positions: [1] }))).toBe(22);
    expect(found([0, 1, null], patch('z', { head: 0 }), patch('resid', { positions: [0] }))).toBe(4);
  });

  it('take patterns by query and key', () => {
    const at = (rest: Partial<Patch>) => found([0, 1], patch('x.hook_pattern', rest));
    expect(at({})).toBe(66);
    expect(at({ head: 1 })).toBe(60);
    expect(at({ head: 1, positions: [1], keys: [0] })).toBe(20);
  });

  it('are null where there is no cell, or a number is missing', () => {
    expect(cellEstimates([null], tensors, null)).toEqual([null]);
    expect(found([0, 1, 2], patch('resid'))).toBeNull();
    expect(found(null, patch('z', { positions: [2] }))).toBeNull();
  });
});

describe('cellForwards', () => {
  const { dimensions } = fakeLab().model;

  it('count what is recomputed', () => {
    const cost = (...cell: Patch[]) => cellForwards([cell], dimensions, 10);
    expect(cost(patch('blocks.0.attn.hook_z'))).toBe(1);
    expect(cost(patch('hook_embed', { positions: [5] }))).toBe(0.5);
    expect(cost(patch('blocks.1.hook_resid_pre', { positions: [4] }))).toBeCloseTo((2 / 3) * 0.6);
    expect(
      cost(patch('blocks.2.attn.hook_z', { positions: [9] }), patch('blocks.1.attn.hook_z')),
    ).toBeCloseTo(2 / 3);
    expect(cellForwards([null, []], dimensions, 10)).toBe(0);
  });

  it('become seconds, as measured', () => {
    const pace = new Pace(dimensions);
    const before = pace.seconds(10, 8);
    expect(before).toBeGreaterThan(0);
    pace.measured(5, 8, 2);
    expect(pace.seconds(10, 8)).toBeCloseTo(4);
    pace.measured(0, 8, 2);
    expect(pace.seconds(10, 8)).toBeCloseTo(4);
  });

  it('say how many cells are asked for at once', () => {
    const pace = new Pace(dimensions);
    const cells = [[patch('blocks.0.attn.hook_z')]];
    pace.measured(1, 10, 1);
    expect(pace.cellsAtOnce(cells, 10)).toBe(128);
    pace.measured(1, 10, 0.01);
    expect(pace.cellsAtOnce(cells, 10)).toBe(1000);
    expect(pace.cellsAtOnce([], 10)).toBeGreaterThan(1e6);
  });
});
