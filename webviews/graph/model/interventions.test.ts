import { describe, expect, it } from 'vitest';
import { capitalGraph } from '../../../test/support/graphSnapshots';
import { canChange, changeWords, positionsOf, scaling, swap } from './interventions';

describe('interventions', () => {
  it('scale nodes together', () => {
    expect(scaling(['a', 'b'], 0, 'attention')).toEqual({
      changes: [{ nodes: ['a', 'b'], factor: 0 }],
      inserts: [],
      hold: 'attention',
    });
  });

  it('swap: the old ones are ablated and the new ones stand at each position', () => {
    const source = {
      graph: 'other',
      group: 'California',
      features: [
        { layer: 1, index: 5, activation: 2 },
        { layer: 2, index: 6, activation: 3 },
      ],
    };
    const { changes, inserts } = swap(['a'], source, [3, 4], 'nothing');
    expect(changes).toEqual([{ nodes: ['a'], factor: 0 }]);
    expect(inserts).toHaveLength(4);
    expect(inserts[2]).toEqual({ layer: 1, index: 5, activation: 2, position: 4 });
  });

  it('know where nodes stand', () => {
    expect(positionsOf(capitalGraph(), ['paris', 'france', 'out', 'gone'])).toEqual([3, 4]);
  });

  it('leave outputs alone', () => {
    expect(
      capitalGraph()
        .nodes.filter(canChange)
        .map(({ id }) => id),
    ).not.toContain('out');
  });

  it('say what was done', () => {
    expect([0, 2, -1.5].map((factor) => changeWords('x', factor))).toEqual([
      'Ablated x',
      'Doubled x',
      'Scaled x by -1.5',
    ]);
  });
});
