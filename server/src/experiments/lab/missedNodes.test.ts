import { describe, expect, it } from 'vitest';
import {
  binomialTail,
  boundFromHalves,
  CONFIDENCE,
  mostExceeding,
  randomHalves,
  SAMPLES,
  tiers,
} from './missedNodes';

const range = (length: number) => Array.from({ length }, (_, i) => i);

describe('binomialTail', () => {
  it.each([
    [4, 0, 1 / 16],
    [4, 2, 11 / 16],
    [4, 4, 1],
    [16, 2, 137 / 65536],
    [16, 3, 697 / 65536],
  ])('P(Binomial(%i, 1/2) <= %i) is %d', (n, k, p) => {
    expect(binomialTail(n, k)).toBeCloseTo(p, 12);
  });

  it('says how many large draws still reject', () => {
    expect(mostExceeding(16, 0.99)).toBe(2);
    expect(mostExceeding(7, 0.99)).toBe(0);
    expect(mostExceeding(6, 0.99)).toBe(-1);
  });
});

describe('boundFromHalves', () => {
  it('is twice the third largest of sixteen', () => {
    const effects = range(16).map((i) => (i % 2 === 0 ? i : -i));
    expect(boundFromHalves(effects, 0.99)).toBe(2 * 13);
    expect(boundFromHalves([1, 2, 3], 0.99)).toBeNull();
  });

  /** Share of many draws in which the bound is below the largest effect; it may be 1 - confidence. */
  function failures(effectsOf: (random: () => number) => readonly number[], trials = 3000): number {
    let state = 12345;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    let failed = 0;
    for (let trial = 0; trial < trials; trial++) {
      const effects = effectsOf(random);
      const halves = randomHalves(range(effects.length), SAMPLES, trial);
      const sums = halves.map((half) => half.reduce((sum, node) => sum + effects[node]!, 0));
      const largest = Math.max(...effects.map(Math.abs));
      if (boundFromHalves(sums, CONFIDENCE)! < largest - 1e-9) failed++;
    }
    return failed / trials;
  }

  it.each<[string, (random: () => number) => readonly number[]]>([
    ['one node among nothing', () => [1, ...range(30).map(() => 0)]],
    [
      'one node among small ones of both signs',
      (random) => [1, ...range(100).map(() => 0.05 * (random() - 0.5))],
    ],
    ['two nodes that cancel', () => [1, -1, ...range(20).map(() => 0)]],
    ['many equal nodes', () => range(40).map(() => 1)],
    ['a single node', () => [1]],
    ['a node against the sum of the others', (random) => [1, ...range(10).map(() => -0.1 * random())]],
    ['effects of every size', (random) => range(50).map(() => (random() - 0.5) ** 3)],
  ])('covers the largest effect as often as promised: %s', (_, effectsOf) => {
    // Three standard deviations of the share, at the level that is promised.
    expect(failures(effectsOf)).toBeLessThan(0.01 + 3 * Math.sqrt((0.01 * 0.99) / 3000));
  });

  it('is not idle: with nothing but noise it is of the size of the sums', () => {
    const effects = range(100).map((i) => 0.01 * (i % 2 === 0 ? 1 : -1));
    const sums = randomHalves(range(100), SAMPLES, 7).map((half) =>
      half.reduce((sum, node) => sum + effects[node]!, 0),
    );
    expect(boundFromHalves(sums, CONFIDENCE)).toBeLessThan(0.3);
  });
});

describe('randomHalves', () => {
  it('hold each node about half of the time, the same for one seed', () => {
    const halves = randomHalves(range(50), 2000, 3);
    const counts = range(50).map((node) => halves.filter((half) => half.includes(node)).length);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(500));
    const together = halves.filter((half) => half.includes(4) && half.includes(5)).length;
    expect(Math.abs(together - 500)).toBeLessThan(5 * Math.sqrt(375));
    expect(randomHalves(range(50), 3, 3)).toEqual(randomHalves(range(50), 3, 3));
    expect(randomHalves(range(50), 3, 4)).not.toEqual(randomHalves(range(50), 3, 3));
  });
});

describe('tiers', () => {
  it('grow from the top', () => {
    expect(tiers(range(500), 10).map((tier) => tier.length)).toEqual([20, 80, 400]);
    expect(tiers(range(10), 2)).toEqual([range(10)]);
    expect(tiers([], 2)).toEqual([]);
    expect(tiers(range(100), 1).flat()).toEqual(range(100));
  });
});
