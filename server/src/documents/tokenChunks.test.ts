import { describe, expect, it } from 'vitest';
import { tokenChunk, uncovered } from './tokenChunks';

describe('tokenChunk', () => {
  it('holds the answered tokens as columns', () => {
    const window = {
      ids: Int32Array.of(9, 1, 2, 3),
      lead: 1,
      start: 10,
      ends: Int32Array.of(12, 15, 15),
      from: 2,
      to: 4,
    };
    const column = (...data: number[]) => ({ width: 1, data: Float32Array.from(data) });
    const columns = new Map([
      ['surprisal', column(NaN, 1, 2.5, NaN)],
      ['d#1', column(0, 0, 0.1, 4)],
    ]);
    const features = [
      { dictionary: 'd', index: 1 },
      { dictionary: 'gone', index: 2 },
    ];
    expect(tokenChunk(window, columns, features)).toEqual({
      span: { start: 12, end: 15 },
      start: [12, 15],
      end: [15, 15],
      surprisal: [2.5, null],
      activations: [[0.1, 4], []],
    });
  });
});

describe('uncovered', () => {
  it('finds the gaps', () => {
    const covered = [
      { start: 8, end: 9 },
      { start: 2, end: 5 },
      { start: 20, end: 30 },
    ];
    expect(uncovered({ start: 0, end: 10 }, covered)).toEqual([
      { start: 0, end: 2 },
      { start: 5, end: 8 },
      { start: 9, end: 10 },
    ]);
    expect(uncovered({ start: 3, end: 4 }, covered)).toEqual([]);
    expect(uncovered({ start: 0, end: 3 }, [])).toEqual([{ start: 0, end: 3 }]);
  });
});
