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
  /** How many boxes there would be more. */
  readonly left: number;
}

/** Boxes that can be laid out while somebody waits, and looked at. */
export const MOST_BOXES = 150;

/**
 * A node that is in several groups stands in the first; empty groups have no box.
 * @param most - boxes at most: groups come first, then what is pinned, in its order
 */
export function circuitOf(
  { nodes }: Pick<GraphSnapshot, 'nodes'>,
  annotations: GraphAnnotations,
  adjacency: Adjacency,
  most = MOST_BOXES,
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
  let left = 0;
  /** Those of what boxes would be made of that there is room for. */
  const fitting = <T>(items: readonly T[]): readonly T[] => {
    const room = Math.max(0, most - boxes.length);
    left += Math.max(0, items.length - room);
    return items.slice(0, room);
  };
  for (const { name, members, collapsed } of annotations.groups) {
    const own = fresh(members);
    if (own.length === 0) continue;
    const ids = collapsed ? (fitting([own])[0] ?? []) : fitting(own);
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
      for (const each of ids) boxes.push(nodeBox(each, name, id));
    }
  }
  for (const id of fitting(fresh(annotations.pinned))) boxes.push(nodeBox(id, null, null));
  const edges = boxEdges(boxes, adjacency);
  const strong = new Set(strongEdges(edges, boxes.length));
  return { boxes, frames, edges, strong, missing: [...missing], left };
}

/** Says that there are too many boxes; null when there are not. */
export function leftWords({ boxes, left }: Pick<Circuit, 'boxes' | 'left'>): string | null {
  if (left === 0) return null;
  const [shown, rest] = [boxes.length, left].map((count) => count.toLocaleString('en'));
  return `The first ${shown} boxes are drawn, groups first; ${rest} more ${left === 1 ? 'is' : 'are'} left out. Unpin nodes, or group and collapse them.`;
}

/** Files may hold several groups of one name, and nodes that are called like a group. */
function unlike(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) if (!taken.has(`${wanted} ${number}`)) return `${wanted} ${number}`;
}
