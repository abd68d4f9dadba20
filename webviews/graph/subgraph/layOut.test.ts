import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../../protocol/graphs';
import { graphNode, graphSnapshot } from '../../../test/support/graphSnapshots';
import { Adjacency } from '../model/adjacency';
import { circuitOf } from './circuit';
import type { Circuit } from './circuit';
import { layOut } from './layOut';
import type { Point } from './layOut';

const graph = graphSnapshot(
  [
    graphNode('token', { layer: -1, kind: 'token' }),
    graphNode('low', { layer: 0 }),
    graphNode('mid', { layer: 2 }),
    graphNode('high', { layer: 3 }),
    graphNode('alone', { layer: 3 }),
    graphNode('logit', { layer: 4, kind: 'logit' }),
  ],
  [
    ['token', 'low', 1],
    ['low', 'mid', 1],
    ['low', 'high', 1],
    ['mid', 'logit', 1],
    ['high', 'logit', -1],
  ],
);
const adjacency = new Adjacency(graph.nodes.length, graph.links);
const pinned = graph.nodes.map(({ id }) => id);

function laid(circuit: Circuit) {
  const layers = circuit.boxes.map(({ members }) => graph.nodes[members[0]!]!.layer);
  const sizes = new Map(circuit.boxes.map(({ id }) => [id, { width: 100, height: 40 }]));
  return layOut(circuit, layers, sizes);
}

function onBorder(point: Point, middle: Point): boolean {
  const out = Math.max(Math.abs(point.x - middle.x) / 50, Math.abs(point.y - middle.y) / 20);
  return Math.abs(out - 1) < 1e-6;
}

describe('layOut', () => {
  const circuit = circuitOf(graph, { ...NO_ANNOTATIONS, pinned }, adjacency);
  const { places, routes } = laid(circuit);
  const y = (id: string) => places.get(id)!.y;

  it('puts sources under their targets, and layers over one another also without edges', () => {
    for (const [lower, upper] of [
      ['token', 'low'],
      ['low', 'mid'],
      ['mid', 'high'],
      ['mid', 'alone'],
      ['high', 'logit'],
    ])
      expect(y(lower!)).toBeGreaterThan(y(upper!));
    expect(y('alone')).toBe(y('high'));
  });

  it('lets no two boxes overlap', () => {
    const all = [...places.values()];
    for (const a of all)
      for (const b of all)
        if (a !== b) expect(Math.abs(a.x - b.x) >= 100 || Math.abs(a.y - b.y) >= 40).toBe(true);
  });

  it('routes edges from box to box', () => {
    expect(routes.size).toBe(circuit.edges.length);
    for (const [{ source, target }, points] of routes) {
      expect(onBorder(points[0]!, places.get(source)!)).toBe(true);
      expect(onBorder(points.at(-1)!, places.get(target)!)).toBe(true);
    }
  });

  it('keeps the boxes of a frame away from others, and stands groups that point at each other', () => {
    const framed = circuitOf(
      graph,
      {
        ...NO_ANNOTATIONS,
        pinned,
        groups: [
          { name: 'open', members: ['mid', 'high'], collapsed: false },
          { name: 'shut', members: ['low', 'logit'], collapsed: true },
        ],
      },
      adjacency,
    );
    const { places: framedPlaces } = laid(framed);
    expect(framedPlaces.size).toBe(5);
    const [mid, high] = [framedPlaces.get('mid')!, framedPlaces.get('high')!];
    const inside = (p: { x: number; y: number }) =>
      p.x > Math.min(mid.x, high.x) - 50 &&
      p.x < Math.max(mid.x, high.x) + 50 &&
      p.y > Math.min(mid.y, high.y) - 20 &&
      p.y < Math.max(mid.y, high.y) + 20;
    for (const id of ['token', 'alone', 'group:shut']) expect(inside(framedPlaces.get(id)!)).toBe(false);
  });

  it('is empty for nothing', () => {
    expect(laid(circuitOf(graph, NO_ANNOTATIONS, adjacency)).places.size).toBe(0);
  });
});
