/** Which edges of a circuit are always drawn. The others would hide them; they are drawn where somebody asks. Pure. */
import type { BoxId } from './types';
import type { BoxEdge } from './weights';

/** Edges for each box: more make a thicket. */
const FOR_EACH_BOX = 2.5;
/** Weaker edges carry next to nothing. */
const LEAST = 0.01;

/**
 * The strongest edges, and of each box its strongest input and output, where they are 1% or more.
 * @param edges - strongest first
 */
export function strongEdges(edges: readonly BoxEdge[], boxes: number): readonly BoxEdge[] {
  const most = Math.ceil(FOR_EACH_BOX * boxes);
  const [fed, feeding] = [new Set<BoxId>(), new Set<BoxId>()];
  return edges.filter((edge, at) => {
    const isFirst = !fed.has(edge.target) || !feeding.has(edge.source);
    fed.add(edge.target);
    feeding.add(edge.source);
    return Math.abs(edge.weight) >= LEAST && (at < most || isFirst);
  });
}
