import { describe, expect, it } from 'vitest';
import type { FeatureLabel } from '../../protocol/features';
import { active, reading } from '../../test/support/readings';
import { foremost } from './foremost';

const label = (text: string, threshold?: number): FeatureLabel => ({
  text,
  source: 'dictionary',
  ...(threshold === undefined ? {} : { threshold }),
});
const indices = (...lists: Parameters<typeof reading>): number[] =>
  foremost(reading(...lists), 9).map(({ feature }) => feature.index);

describe('foremost', () => {
  it('puts a label that holds before stronger features without one', () => {
    expect(
      indices([active(1, 90), active(2, 3, label('verb', 1))], [active(3, 50, label('noun', 60))]),
    ).toEqual([2, 1, 3]);
  });

  it('ranks labels that hold by how far they are above their threshold, not by activation', () => {
    expect(
      indices([active(1, 20, label('a', 10)), active(2, 6, label('b', 1)), active(3, 1, label('c', 0))]),
    ).toEqual([3, 2, 1]);
  });

  it("puts the user's own labels first", () => {
    const own = active(1, 0.5, { text: 'mine', source: 'own' });
    expect(indices([active(2, 9, label('a', 1)), own])).toEqual([1, 2]);
  });

  it('ranks a label that was not measured by activation alone', () => {
    expect(indices([active(1, 5, label('a')), active(2, 7), active(3, 2, label('b', 1))])).toEqual([3, 2, 1]);
  });

  it('shows a label once, but every feature without one', () => {
    const found = foremost(
      reading(
        [active(1, 2, label('verb', 1)), active(4, 1)],
        [active(3, 5, label('verb', 1)), active(4, 3, null, 'other')],
      ),
      9,
    );
    expect(found.map(({ feature: { dictionary, index } }) => `${dictionary}${index}`)).toEqual([
      'd3',
      'other4',
      'd4',
    ]);
  });
});
