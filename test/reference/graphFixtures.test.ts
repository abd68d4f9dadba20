import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { fixturePath } from './fixtures';
import {
  allSources,
  allTargets,
  GRAPH_FIXTURES,
  graphFixture,
  graphTensors,
  referenceRows,
} from './graphFixtures';

describe('graph fixtures', () => {
  it.each(GRAPH_FIXTURES)('%s: files, features in order, rows of the sizes that the engine gives', (name) => {
    const fixture = graphFixture(name);
    const { features, layers, tokens, dictionaries, scored } = fixture;
    expect(existsSync(fixturePath(fixture.model, 'config.json'))).toBe(true);
    for (const dictionary of dictionaries)
      expect(dictionary === null || existsSync(fixturePath(dictionary.folder, 'cfg.json'))).toBe(true);
    const keys = features.map(([layer, position, index]) => (layer * 100 + position) * 100 + index);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    expect(features.every(([layer, position]) => dictionaries[layer] !== null && position > 0)).toBe(true);
    const tensors = graphTensors(name);
    const packed = referenceRows(fixture).reduce(
      (sum, row) => sum + row.features.length + row.errors.length + row.tokens.length,
      0,
    );
    expect(tensors.get('rows')!.data).toHaveLength(packed);
    expect(tensors.get('doubled')!.shape).toEqual([20, allTargets(fixture).length]);
    expect(allSources(fixture)).toHaveLength(features.length + layers * tokens.length + tokens.length);
    expect(scored.influence).toHaveLength(allSources(fixture).length + scored.weights.length);
  });

  it('say something: pruning keeps a part, errors carry a part, patterns and scales matter', () => {
    for (const name of GRAPH_FIXTURES) {
      const { scored, carriers } = graphFixture(name);
      const kept = scored.keptNodes.filter((one) => one === 1).length;
      expect(kept).toBeGreaterThan(15);
      expect(kept).toBeLessThan(scored.keptNodes.length * 0.75);
      expect(scored.replacement).toBeGreaterThan(0.2);
      expect(scored.completeness).toBeLessThan(0.9);
      expect(carriers.filter(({ direct, weight }) => direct === 0 && weight !== 0)).toHaveLength(10);
      const tensors = graphTensors(name);
      const [frozen, patterns, free] = ['everything', 'attention', 'nothing'].map(
        (hold) => tensors.get(`changed.0.${hold}.logits`)!.data,
      );
      expect(frozen).not.toEqual(patterns);
      expect(patterns).not.toEqual(free);
    }
  });
});
