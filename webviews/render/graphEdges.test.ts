import { describe, expect, it } from 'vitest';
import {
  clippedLine,
  edgeStyle,
  edgeWidth,
  faintTone,
  linesOf,
  meanDensity,
  neighboursOf,
  paintStrongEdges,
} from './graphEdges';
import { layOutGraph } from './graphLayout';
import type { PathStyle, Surface } from './surface';
import { measure, node, scene, theme } from './testing/graphs';

const SIZE = { width: 600, height: 400 };
const three = scene(
  [node('token', -1, 0), node('feature', 1, 1), node('logit', 3, 1, { probability: 1 })],
  [
    [0, 1, 2],
    [1, 2, -1],
    [0, 2, 0.5],
  ],
);
const layout = layOutGraph(three, SIZE, theme, measure);

describe('edges that stand out', () => {
  it('are wider the greater their share, within bounds', () => {
    const widths = [0, 0.01, 0.1, 0.4, 1].map(edgeWidth);
    expect([...widths].sort((a, b) => a - b)).toEqual(widths);
    expect(widths[0]).toBeGreaterThan(0);
    expect(widths.at(-1)).toBeLessThanOrEqual(6.5);
  });

  it('show their sign by colour and by dashes', () => {
    for (const kind of ['light', 'dark', 'highContrast', 'highContrastLight'] as const) {
      const [adds, takes] = [edgeStyle(0.3, 2, kind), edgeStyle(0.3, -2, kind)];
      expect(adds.dash).toBeUndefined();
      expect(takes.dash!.length).toBeGreaterThan(0);
      expect(adds.stroke).not.toBe(takes.stroke);
    }
  });

  it('are drawn in the order in which they come; those of hidden nodes are not', () => {
    const styles: PathStyle[] = [];
    const surface = { path: (_: unknown, style: PathStyle) => styles.push(style) } as unknown as Surface;
    const hidden = layOutGraph({ ...three, visible: [0, 1] }, SIZE, theme, measure);
    const view = { scale: 1, x: 0, y: 0 };
    const edges = [2, 1, 0].map((link) => ({ link, share: 0.1 * (3 - link) }));
    paintStrongEdges({ surface, scene: three, layout, view, size: SIZE, theme }, edges);
    const widths = [0.1, 0.2, 0.3].map(edgeWidth);
    styles.forEach(({ width }, i) => {
      expect(width).toBeCloseTo(widths[i]!, 9);
    });
    expect(styles).toHaveLength(3);
    styles.length = 0;
    paintStrongEdges({ surface, scene: three, layout: hidden, view, size: SIZE, theme }, edges);
    expect(styles).toHaveLength(1);
  });
});

describe('neighboursOf', () => {
  it('names both sides with the signed share of the strongest edge', () => {
    const edges = [
      { link: 0, share: 0.4 },
      { link: 1, share: 0.7 },
    ];
    expect([...neighboursOf(three, 1, edges)]).toEqual([
      [0, 0.4],
      [2, -0.7],
    ]);
  });
});

describe('clippedLine', () => {
  it('keeps what is inside, on the same line', () => {
    const [from, to] = clippedLine({ x: -1000, y: -500 }, { x: 2000, y: 1000 }, SIZE)!;
    expect(from.y * 2).toBeCloseTo(from.x, 6);
    expect(to.y * 2).toBeCloseTo(to.x, 6);
    expect(from.x).toBeGreaterThan(-20);
    expect(to.x).toBeGreaterThan(590);
    expect(to.x).toBeLessThan(620);
  });

  it('leaves inner lines and points alone and drops those outside', () => {
    const [a, b] = [
      { x: 10, y: 20 },
      { x: 10, y: 300 },
    ];
    expect(clippedLine(a, b, SIZE)).toEqual([a, b]);
    expect(clippedLine(a, a, SIZE)).toEqual([a, a]);
    expect(clippedLine({ x: -90, y: 0 }, { x: -90, y: 100 }, SIZE)).toBeNull();
    expect(clippedLine({ x: -100, y: 300 }, { x: 300, y: 1000 }, SIZE)).toBeNull();
  });
});

describe('faint edges', () => {
  it('run from node to node and weigh more the greater their share', () => {
    const lines = linesOf({ ...three, shares: Float32Array.of(0.9, 0.1, 0) }, layout);
    expect([...lines.ends.subarray(0, 4)]).toEqual([layout.x[0], layout.y[0], layout.x[1], layout.y[1]]);
    expect(lines.weights[0]).toBeGreaterThan(lines.weights[1]!);
    expect(lines.weights[1]).toBeGreaterThan(lines.weights[2]!);
    expect(lines.weights[2]).toBeGreaterThan(0);
  });

  it('become fainter the more there are, and the less the nearer one looks', () => {
    const few = linesOf(three, layout);
    const many = {
      ends: Float32Array.of(...few.ends, ...few.ends),
      weights: Float32Array.of(...few.weights, ...few.weights),
    };
    const tone = (lines: typeof few, scale: number) =>
      faintTone('dark', [0, 0, 0], meanDensity(lines, layout), scale).half;
    expect(tone(many, 1)).toBeGreaterThan(tone(few, 1));
    expect(tone(many, 3)).toBeLessThan(tone(many, 1));
  });
});
