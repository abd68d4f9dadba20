/** The circuit that the user assembled: what is pinned and grouped as boxes, and the edges between them. Pure. */
import type { GraphAnnotations, GraphNodeKind, GraphSnapshot } from '../../../protocol/graphs';
import type { Adjacency } from '../model/adjacency';
import { groupKey } from '../model/annotations';
import { strongEdges } from './strongEdges';
import type { BoxId } from './types';
import { boxEdges } from './weights';
import type { BoxEdge } from './weights';

/** A node, or a collapsed group. */
export interface Box {
  readonly id: BoxId;
  readonly kind: GraphNodeKind | 'group';
  /** Indices into `GraphSnapshot.nodes`; of a node itself alone. */
  readonly members: readonly number[];
  /** The group that it is or that it stands in. */
  readonly group: string | null;
  /** The frame that it stands in. */
  readonly frame: BoxId | null;
}

/** An expanded group. */
export interface Frame {
  readonly id: BoxId;
  readonly group: string;
  readonly boxes: readonly BoxId[];
}

export interface Circuit {
  readonly boxes: readonly Box[];
  readonly frames: readonly Frame[];
  /** Strongest first. */
  readonly edges: readonly BoxEdge[];
  /** Those that are always drawn. */
  readonly strong: ReadonlySet<BoxEdge>;
  /** Ids that are pinned or grouped and not in the graph, as after pruning. */
  readonly missing: readonly string[];
}

/** A node that is in several groups stands in the first; empty groups have no box. */
export function circuitOf(
  { nodes }: Pick<GraphSnapshot, 'nodes'>,
  annotations: GraphAnnotations,
  adjacency: Adjacency,
): Circuit {
  const indices = new Map(nodes.map(({ id }, index) => [id, index]));
  const boxes: Box[] = [];
  const frames: Frame[] = [];
  const seen = new Set<string>();
  const taken = new Set(indices.keys());
  const missing = new Set<string>();
  /** Those of the ids that are in the graph and have no box yet. */
  const fresh = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => {
      if (!indices.has(id)) missing.add(id);
      if (!indices.has(id) || seen.has(id)) return false;
      seen.add(id);
      return true;
    });
  const nodeBox = (id: string, group: string | null, frame: BoxId | null): Box => {
    const index = indices.get(id)!;
    return { id, kind: nodes[index]!.kind, members: [index], group, frame };
  };
  for (const { name, members, collapsed } of annotations.groups) {
    const ids = fresh(members);
    if (ids.length === 0) continue;
    const id = unlike(groupKey(name), taken);
    taken.add(id);
    if (collapsed) {
      boxes.push({
        id,
        kind: 'group',
        members: ids.map((each) => indices.get(each)!),
        group: name,
        frame: null,
      });
    } else {
      frames.push({ id, group: name, boxes: ids });
      boxes.push(...ids.map((each) => nodeBox(each, name, id)));
    }
  }
  boxes.push(...fresh(annotations.pinned).map((id) => nodeBox(id, null, null)));
  const edges = boxEdges(boxes, adjacency);
  const strong = new Set(strongEdges(edges, boxes.length));
  return { boxes, frames, edges, strong, missing: [...missing] };
}

/** Files may hold several groups of one name, and nodes that are called like a group. */
function unlike(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) if (!taken.has(`${wanted} ${number}`)) return `${wanted} ${number}`;
}
