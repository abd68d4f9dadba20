/**
 * Edges between boxes of a circuit, as the subgraphs of circuit-tracer and Neuronpedia weigh them (their
 * `init-cg-subgraph.js` and `subgraph.tsx`). With w the direct effects, in(t) the sum of |w| of all that node t of a
 * box T receives in the whole graph, and out(t) that sum without what comes from T itself:
 *
 *   share(t) = (out(t) / in(t)) / sum over t' in T of (out(t') / in(t'))
 *   weight(S -> T) = sum over s in S, t in T of w(s -> t) / out(t) * share(t)
 *
 * For a box of one node that is w / in(t): the share of the node's input. |weights| into a box sum to at most 1. Pure.
 */
import type { Adjacency } from '../model/adjacency';
import type { BoxId } from './types';

export interface BoxEdge {
  readonly source: BoxId;
  readonly target: BoxId;
  /** Signed share of what the target receives, -1 to 1. */
  readonly weight: number;
  /** How many edges of the graph it stands for. */
  readonly links: number;
}

interface Members {
  readonly id: BoxId;
  /** Nodes' indices. */
  readonly members: readonly number[];
}

/** All edges between boxes, strongest first. */
export function boxEdges(boxes: readonly Members[], adjacency: Adjacency): readonly BoxEdge[] {
  const boxOf = new Map(boxes.flatMap(({ members }, box) => members.map((node) => [node, box])));
  return boxes
    .flatMap((box, at) => edgesInto(box, at, boxes, boxOf, adjacency))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

function edgesInto(
  { id, members }: Members,
  at: number,
  boxes: readonly Members[],
  boxOf: ReadonlyMap<number, number>,
  adjacency: Adjacency,
): readonly BoxEdge[] {
  const { sources, weights } = adjacency.links;
  const outside = members.map((node) => receivedFromOutside(node, at, boxOf, adjacency));
  const shares = members.map((node, i) => ratio(outside[i]!, adjacency.received[node]!));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const sums = new Map<number, { weight: number; links: number }>();
  members.forEach((node, i) => {
    const scale = ratio(shares[i]!, all * outside[i]!);
    for (const link of adjacency.linksInto(node)) {
      const source = boxOf.get(sources[link]!);
      if (source === undefined || source === at || weights[link] === 0) continue;
      const sum = sums.get(source) ?? { weight: 0, links: 0 };
      sums.set(source, { weight: sum.weight + weights[link]! * scale, links: sum.links + 1 });
    }
  });
  return [...sums].map(([source, sum]) => ({ source: boxes[source]!.id, target: id, ...sum }));
}

function receivedFromOutside(
  node: number,
  box: number,
  boxOf: ReadonlyMap<number, number>,
  adjacency: Adjacency,
): number {
  const { sources, weights } = adjacency.links;
  let sum = 0;
  for (const link of adjacency.linksInto(node))
    if (boxOf.get(sources[link]!) !== box) sum += Math.abs(weights[link]!);
  return sum;
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
