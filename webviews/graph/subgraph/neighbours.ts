/** Edits that bring more nodes into the circuit. Pure. */
import type { GraphAnnotations, GraphSnapshot } from '../../../protocol/graphs';
import type { Adjacency } from '../model/adjacency';
import { pin } from '../model/annotations';
import type { Edit } from '../model/annotations';
import { groupEdges } from '../model/groups';

/** How many neighbours one step brings. */
const AT_ONCE = 5;

/**
 * Pins those of a box's strongest inputs or outputs that are not in the circuit; edges of a group count together.
 * Null when all are there.
 */
export function pinStrongest(
  { nodes }: Pick<GraphSnapshot, 'nodes'>,
  annotations: GraphAnnotations,
  adjacency: Adjacency,
  members: readonly number[],
  direction: 'inputs' | 'outputs',
): Edit | null {
  const known = new Set([...annotations.pinned, ...annotations.groups.flatMap((group) => group.members)]);
  const ids = groupEdges(adjacency, members, direction)
    .map(({ node }) => nodes[node]!.id)
    .filter((id) => !known.has(id))
    .slice(0, AT_ONCE);
  const edit = pin(annotations, ids);
  const what = direction === 'inputs' ? 'Pin Strongest Inputs' : 'Pin Strongest Outputs';
  return edit && { ...edit, what };
}

/** Pins the nodes of a path from end to end; null when all are pinned. */
export function pinPath(
  { nodes }: Pick<GraphSnapshot, 'nodes'>,
  annotations: GraphAnnotations,
  path: readonly number[],
): Edit | null {
  const edit = pin(
    annotations,
    path.map((node) => nodes[node]!.id),
  );
  return edit && { ...edit, what: 'Show Path as Subgraph' };
}
