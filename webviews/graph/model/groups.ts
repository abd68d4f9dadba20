/** Groups as one: what goes in and out of all their members together. Pure. */
import type { GraphAnnotations, GraphGroup } from '../../../protocol/graphs';
import type { Adjacency } from './adjacency';

/** What a group sends to one node or receives from it. */
export interface GroupEdge {
  readonly node: number;
  /** Sum of the weights of the edges between the two. */
  readonly weight: number;
}

/** Sums of edges between a group's members and the nodes around them, largest |sum| first. */
export function groupEdges(
  adjacency: Adjacency,
  members: readonly number[],
  direction: 'inputs' | 'outputs',
): readonly GroupEdge[] {
  const inside = new Set(members);
  const sums = new Map<number, number>();
  for (const member of inside)
    for (const { node, weight } of direction === 'inputs'
      ? adjacency.inputs(member)
      : adjacency.outputs(member))
      if (!inside.has(node)) sums.set(node, (sums.get(node) ?? 0) + weight);
  return Array.from(sums, ([node, weight]) => ({ node, weight })).sort(
    (a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.node - b.node,
  );
}

/** The group that a key of a box (`group:NAME`) names. */
export function groupOfKey({ groups }: GraphAnnotations, key: string | null): GraphGroup | undefined {
  return key?.startsWith('group:') ? groups.find(({ name }) => `group:${name}` === key) : undefined;
}
