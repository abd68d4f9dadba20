/** Groups that suggest themselves: one feature at several positions, and nodes that are labelled alike. Pure. */
import type { GraphAnnotations, GraphGroup, GraphNode, GraphSnapshot } from '../../../protocol/graphs';
import { inert } from '../../lib/inert';
import { group } from '../model/annotations';
import type { Edit } from '../model/annotations';

export interface Proposal {
  readonly name: string;
  /** Node ids, at least two. */
  readonly members: readonly string[];
}

/**
 * Of pinned features that are in no group yet. Nodes with the same label make a group, and so do nodes without a label that
 * are the same feature at several positions.
 */
export function proposals(
  { nodes }: Pick<GraphSnapshot, 'nodes'>,
  { pinned, groups }: Pick<GraphAnnotations, 'pinned' | 'groups'>,
): readonly Proposal[] {
  const grouped = new Set(groups.flatMap(({ members }: GraphGroup) => members));
  const wanted = new Set(pinned.filter((id) => !grouped.has(id)));
  const alike = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    if (!wanted.has(node.id) || (node.kind !== 'feature' && node.kind !== 'other')) continue;
    const key = likeness(node);
    if (key === null) continue;
    const like = alike.get(key);
    if (like) like.push(node);
    else alike.set(key, [node]);
  }
  return [...alike.values()]
    .filter((members) => members.length > 1)
    .map((members) => ({ name: nameOf(members[0]!), members: members.map(({ id }) => id) }));
}

/** Capitals and white space make no difference; null when nothing says what a node is. */
function likeness(node: GraphNode): string | null {
  const label = inert(node.label).toLowerCase();
  if (label !== '') return `label ${label}`;
  return node.index === null ? null : `feature ${node.layer} ${node.index}`;
}

function nameOf(node: GraphNode): string {
  return inert(node.label) || `L${node.layer} #${node.index}`;
}

/** Makes all groups that suggest themselves, as one edit; null when there are none. */
export function groupAlike(graph: Pick<GraphSnapshot, 'nodes'>, annotations: GraphAnnotations): Edit | null {
  const found = proposals(graph, annotations);
  if (found.length === 0) return null;
  const grouped = found.reduce(
    (current, { name, members }) => group(current, name, members)?.annotations ?? current,
    annotations,
  );
  return {
    what: found.length === 1 ? 'Group Nodes Alike' : `Make ${found.length} Groups`,
    annotations: grouped,
  };
}
