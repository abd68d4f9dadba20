import { describe, expect, it } from 'vitest';
import { DensityDrawing } from './graphDensity';
import type { BitmapView, Lines, Tone } from './graphDensity';

const TONE: Tone = { colour: [10, 20, 30], most: 1, half: 1 };
const STILL: BitmapView = { scale: 1, x: 0, y: 0 };

function lines(...all: readonly (readonly [number, number, number, number])[]): Lines {
  return { ends: Float32Array.from(all.flat()), weights: Float32Array.from(all, () => 1) };
}

/** Draws whole; the sums of all pixels and their colours, row by row. */
function drawn(given: Lines, width: number, height: number, view = STILL, isOver = () => false) {
  const sums = new Float32Array(width * height).fill(99);
  const drawing = new DensityDrawing(width, height, given, view, TONE, sums);
  const pixels = new Uint8ClampedArray(4 * width * height);
  let steps = 1;
  while (
    !drawing.step(isOver, (top, rows, some) => {
      pixels.set(some.subarray(0, 4 * width * rows), 4 * width * top);
    })
  )
    steps += 1;
  return { sums, pixels, steps };
}

const total = (sums: Float32Array): number => sums.reduce((all, sum) => all + sum, 0);

describe('DensityDrawing', () => {
  it('adds what lines weigh along their length, whatever their slope', () => {
    for (const [x, y] of [
      [40, 0],
      [0, 40],
      [24, 32],
      [-24, 32],
      [32, -24],
    ] as const) {
      const { sums } = drawn(lines([50, 50, 50 + x, 50 + y]), 100, 100);
      expect(total(sums)).toBeGreaterThan(38.5);
      expect(total(sums)).toBeLessThan(41.5);
    }
  });

  it('keeps close to the line', () => {
    const { sums } = drawn(lines([5, 10, 85, 50]), 100, 100);
    const far = sums.filter((_, i) => {
      const [x, y] = [(i % 100) + 0.5, Math.floor(i / 100) + 0.5];
      const distance = Math.abs((x - 5) * 0.5 - (y - 10)) / Math.hypot(1, 0.5);
      return distance > 1;
    });
    expect(total(far)).toBe(0);
  });

  it('draws the same part of a line, whether its ends are inside or far away', () => {
    const { sums: cut } = drawn(lines([-1000, -480, 1100, 570]), 100, 100);
    const { sums: whole } = drawn(lines([-1000, -480, 1100, 570]), 300, 300, { scale: 1, x: 100, y: 100 });
    for (const [x, y] of [
      [20, 30],
      [60, 50],
      [90, 65],
    ] as const)
      expect(cut[y * 100 + x]).toBeCloseTo(whole[(y + 100) * 300 + x + 100]!, 3);
    expect(total(cut)).toBeGreaterThan(50);
  });

  it('sums lines up, and darkens with the sum', () => {
    const one = drawn(lines([0, 10, 100, 10]), 100, 20);
    const three = drawn(lines([0, 10, 100, 10], [0, 10, 100, 10], [0, 10, 100, 10]), 100, 20);
    expect(total(three.sums)).toBeCloseTo(3 * total(one.sums), 3);
    const alpha = ({ pixels }: typeof one): number => pixels[4 * (9 * 100 + 50) + 3]!;
    expect(alpha(three)).toBeGreaterThan(alpha(one));
    expect([...one.pixels.subarray(4 * 950, 4 * 950 + 3)]).toEqual([10, 20, 30]);
    expect(one.pixels[3]).toBe(0);
  });

  it('draws the same in many short steps as in one', () => {
    const many = lines(...Array.from({ length: 300 }, (_, i) => [i, 0, 299 - i, 199] as const));
    const whole = drawn(many, 300, 200);
    const sliced = drawn(many, 300, 200, STILL, () => true);
    expect(sliced.steps).toBeGreaterThan(8);
    expect(Buffer.compare(Buffer.from(sliced.pixels), Buffer.from(whole.pixels))).toBe(0);
  });

  it('draws nothing of lines without length or outside', () => {
    expect(total(drawn(lines([500, 500, 600, 700], [-5, 3, -1, 90]), 100, 100).sums)).toBe(0);
    expect(total(drawn(lines([50, 50, 50, 50]), 100, 100).sums)).toBeLessThan(2);
  });
});
