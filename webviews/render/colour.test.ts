import { describe, expect, it } from 'vitest';
import { colourScale, contrast, inkOn, toOklab } from './colour';
import type { ThemeKind } from './colour';

const THEMES: readonly ThemeKind[] = ['light', 'dark', 'highContrast', 'highContrastLight'];
const SHARES = Array.from({ length: 21 }, (_, i) => i / 20);
const lightness = (colour: string) => toOklab(colour)[0];
const channels = (colour: string) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** Red-blind and green-blind sight, after Viénot, Brettel and Mollon (1999), on channels proportional to light. */
const BLIND = {
  protanope: [0.11238, 0.88762, 0.00401, -0.00401],
  deuteranope: [0.29275, 0.70725, -0.02234, 0.02234],
} as const;

function seenBy(kind: keyof typeof BLIND, colour: string): string {
  const [red, green, blue] = channels(colour).map((byte) => (byte / 255) ** 2.2) as [number, number, number];
  const [a, b, c, d] = BLIND[kind];
  const seen = [a * red + b * green, a * red + b * green, c * red + d * green + blue];
  const bytes = seen.map((light) => Math.round(255 * Math.min(1, Math.max(0, light)) ** (1 / 2.2)));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function distance(a: string, b: string): number {
  const [from, to] = [toOklab(a), toOklab(b)];
  return Math.hypot(...from.map((value, i) => value - to[i]!));
}

describe.each(THEMES)('colourScale in %s', (theme) => {
  const scale = colourScale(theme);

  it('leaves the ground steadily on both sides, in lightness too', () => {
    for (const side of [-1, 1]) {
      const steps = SHARES.map((share) => lightness(scale(side * share)));
      const differences = steps.slice(1).map((value, i) => Math.sign(value - steps[i]!));
      expect(new Set(differences).size).toBe(1);
    }
  });

  it('gives shares of equal size about the same lightness', () => {
    for (const share of SHARES)
      expect(Math.abs(lightness(scale(share)) - lightness(scale(-share)))).toBeLessThan(0.05);
  });

  it('keeps the sides apart for red-blind and green-blind eyes', () => {
    for (const kind of ['protanope', 'deuteranope'] as const)
      for (const share of [0.5, 1])
        expect(distance(seenBy(kind, scale(share)), seenBy(kind, scale(-share)))).toBeGreaterThan(0.1);
  });

  it('has the ground at zero, its ends at and beyond one, and numbers readable on all of it', () => {
    expect(scale(0)).toBe(scale(-0));
    expect(scale(7)).toBe(scale(1));
    expect(scale(-7)).toBe(scale(-1));
    for (const share of SHARES.flatMap((value) => [value, -value])) {
      const colour = scale(share);
      expect(contrast(colour, inkOn(colour))).toBeGreaterThan(4.5);
    }
  });
});

describe('contrast', () => {
  it('is that of the WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(inkOn('#ffff00')).toBe('#000000');
    expect(inkOn('#00008b')).toBe('#ffffff');
  });
});
