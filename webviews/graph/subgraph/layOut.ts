/** Where boxes stand and how edges run between them. Ranks and orders are dagre's. Pure. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Size } from '../../render/grid';
import { largest, smallest } from '../../render/numbers';
import type { Box as Rectangle } from '../../render/surface';
import { bandsOf } from './bands';
import type { Circuit } from './circuit';
import type { BoxId } from './types';
import type { BoxEdge } from './weights';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths are CSS pixels; y grows downwards, higher layers stand higher. */
export interface Automatic {
  /** Middles of boxes. */
  readonly places: ReadonlyMap<BoxId, Point>;
  /** Of strong edges: where it runs, from its source's border to its target's. */
  readonly routes: ReadonlyMap<BoxEdge, readonly Point[]>;
}

const NODE_GAP = 26;
const RANK_GAP = 56;

/**
 * Strong edges lead upwards. Each box is also tied to the level of its band of layers, so that it stands higher than boxes of lower
 * bands where its edges allow that. The boxes of a frame stay together.
 * @param layers - of each box, in the order of the circuit
 */
export function layOut(
  { boxes, frames, strong }: Circuit,
  layers: readonly number[],
  sizes: ReadonlyMap<BoxId, Size>,
): Automatic {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'BT', nodesep: NODE_GAP, ranksep: RANK_GAP, edgesep: 12 });
  // Names of ours: dagre keeps nodes under keys, and ids of files may be any text.
  const names = new Map(boxes.map(({ id }, at) => [id, `box ${at}`]));
  const bands = bandsOf(layers);
  for (const { id } of boxes) graph.setNode(names.get(id)!, { ...sizes.get(id)! });
  frames.forEach(({ boxes: inside }, at) => {
    graph.setNode(`frame ${at}`, {});
    for (const id of inside) graph.setParent(names.get(id)!, `frame ${at}`);
  });
  addLevels(graph, bands);
  const drawn = [...strong];
  const bandOf = new Map(boxes.map(({ id }, at) => [id, bands[at]!]));
  drawn.forEach((edge, at) => {
    const up = bandOf.get(edge.target)! - bandOf.get(edge.source)!;
    const pull = { weight: 1 + Math.round(10 * Math.abs(edge.weight)), minlen: Math.max(1, up) };
    graph.setEdge(names.get(edge.source)!, names.get(edge.target)!, pull, `edge ${at}`);
  });
  layout(graph);
  const routed = drawn.map((edge, at) => {
    const name = { v: names.get(edge.source)!, w: names.get(edge.target)!, name: `edge ${at}` };
    return [edge, (graph.edge(name) as { points: readonly Point[] }).points] as const;
  });
  const places = boxes.map(({ id }) => {
    const { x, y } = graph.node(names.get(id)!) as Point;
    return [id, { x, y }] as const;
  });
  return { places: new Map(places), routes: new Map(routed) };
}

/** A spine of unseen nodes, one for each band, to which the boxes of the band are tied; those of the last one hang from the top. */
function addLevels(graph: Graph, bands: readonly number[]): void {
  const last = largest(bands, -1);
  for (let band = 0; band <= last; band++) graph.setNode(`level ${band}`, { width: 0, height: 0 });
  if (last >= 0) graph.setNode('top', { width: 0, height: 0 });
  for (let band = 0; band < last; band++) {
    graph.setEdge(`level ${band}`, `level ${band + 1}`, { weight: 1, minlen: 1 }, 'spine');
  }
  bands.forEach((band, at) => {
    graph.setEdge(`level ${band}`, `box ${at}`, { weight: 4, minlen: 1 }, 'tie');
    if (band === last) graph.setEdge(`box ${at}`, 'top', { weight: 20, minlen: 1 }, 'tie');
  });
}

/** The least rectangle around others. */
export function around(rectangles: readonly Rectangle[]): Rectangle {
  if (rectangles.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const left = smallest(rectangles.map(({ x }) => x));
  const top = smallest(rectangles.map(({ y }) => y));
  const right = largest(rectangles.map(({ x, width }) => x + width));
  const bottom = largest(rectangles.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}
