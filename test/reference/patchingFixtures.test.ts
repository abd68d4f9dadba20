import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { fixturePath } from './fixtures';
import {
  ablationFixtures,
  attributionFixtures,
  directFixtures,
  flattened,
  lensFixtures,
  patchFixtures,
  patchingPairs,
  saturatedFixtures,
  sizesOf,
} from './patchingFixtures';
import type { GridEntry, PairFixture, PatchFixture } from './patchingFixtures';

const SHAPES: Readonly<Record<string, { layer: number; head: number; neuron: number; feature: number }>> = {
  'gpt2-tiny/model': { layer: 3, head: 4, neuron: 128, feature: 48 },
  'gpt2-odd/model': { layer: 2, head: 2, neuron: 40, feature: 0 },
};

const pairs = patchingPairs();

/** The run that is changed. */
function baseOf(pair: PairFixture, direction: 'denoise' | 'noise' = 'noise'): readonly number[] {
  return direction === 'denoise' ? pair.corrupt : pair.clean;
}

function expectedSizes(entry: GridEntry & Partial<PatchFixture>): number[] {
  const pair = pairs[entry.pair]!;
  const length = baseOf(pair, entry.direction).length;
  const sizes = {
    ...SHAPES[pair.model]!,
    position: length,
    source: length,
    site: entry.sites?.length ?? 0,
    ...(entry.neurons && { neuron: entry.neurons.length }),
    ...(entry.features && { feature: entry.features.length }),
  };
  return entry.axes.map((axis) => sizes[axis]);
}

describe('patching fixtures', () => {
  it('have pairs that differ, not in their first token, on checkpoints that exist', () => {
    for (const [name, { model, clean, corrupt, alignment }] of Object.entries(pairs)) {
      expect(existsSync(fixturePath(model, 'config.json')), name).toBe(true);
      expect(corrupt[0]).toBe(clean[0]);
      expect(corrupt).not.toEqual(clean);
      expect(alignment === null, name).toBe(clean.length === corrupt.length);
    }
  });

  it('are full grids in the sizes of their axes, and say something', () => {
    for (const entry of [
      ...patchFixtures(),
      ...ablationFixtures(),
      ...attributionFixtures(),
      ...lensFixtures(),
    ]) {
      const what = `${entry.pair} ${entry.at} ${entry.axes.join(' ')} ${entry.metric}`;
      expect(sizesOf(entry.values), what).toEqual(expectedSizes(entry));
      expect(new Set(flattened(entry.values)).size, what).toBeGreaterThan(1);
      expect(Number.isFinite(entry.clean) && Number.isFinite(entry.corrupted), what).toBe(true);
    }
  });

  it('have no value exactly where the alignment has no partner', () => {
    const unequal = patchFixtures().filter(({ alignment, axes }) => alignment && axes.includes('position'));
    expect(unequal.length).toBeGreaterThan(5);
    for (const { alignment, direction, pair, values, axes } of unequal) {
      const positions = axes.indexOf('position') === 0 ? values : (values[0] as typeof values);
      const partnerless = baseOf(pairs[pair]!, direction).map((_, p) => !alignment!.some(([b]) => b === p));
      expect(partnerless).toContain(true);
      const empty = positions.map((at) =>
        (Array.isArray(at) ? flattened(at) : [at]).every((v) => v === null),
      );
      expect(empty).toEqual(partnerless);
    }
  });

  it('have scores of AtP*, unsigned', () => {
    const stars = attributionFixtures().filter(({ method }) => method === 'atp*');
    expect(new Set(stars.map(({ at }) => at)).size).toBeGreaterThanOrEqual(7);
    for (const { scores, values } of stars) {
      expect(sizesOf(scores!)).toEqual(sizesOf(values));
      expect(flattened(scores!).every((score) => score! >= 0)).toBe(true);
    }
  });

  it('have direct contributions that add up to the metric', () => {
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    for (const entry of directFixtures()) {
      const { layer, head, neuron } = SHAPES[pairs[entry.pair]!.model]!;
      expect(sizesOf(entry.heads)).toEqual([layer, head]);
      expect(sizesOf(entry.neurons)).toEqual([layer, neuron]);
      const { embed, posEmbed, attnOut, mlpOut, constant, value } = entry;
      expect(embed + posEmbed + sum(attnOut) + sum(mlpOut) + constant).toBeCloseTo(value, 7);
      entry.heads.forEach((heads, i) => {
        expect(sum(heads) + entry.attentionBias[i]!).toBeCloseTo(attnOut[i]!, 7);
      });
      for (const { features } of entry.dictionaries) expect(features).toHaveLength(48);
    }
  });

  it('have the likeliest tokens of the lens, in order', () => {
    for (const { top, values } of lensFixtures()) {
      expect(sizesOf(top.ids)).toEqual([...sizesOf(values), 3]);
      const ranked = top.logProbs.flat();
      expect(ranked.every(([first, second, third]) => first! > second! && second! > third!)).toBe(true);
    }
  });

  it('have a node that attribution patching misses and the QK fix finds', () => {
    expect(saturatedFixtures().map(({ direction }) => direction)).toEqual(['denoise', 'noise']);
    for (const { exact, atp, atpStar } of saturatedFixtures()) {
      expect(Math.abs(exact)).toBeGreaterThan(1);
      expect(Math.abs(atp / exact)).toBeLessThan(0.05);
      expect(Math.abs(atpStar / exact - 1)).toBeLessThan(0.1);
    }
  });
});
