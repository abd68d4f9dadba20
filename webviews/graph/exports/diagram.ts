/** A circuit as names and numbers: what diagrams in text are made of. Pure. */
import type { GraphAnnotations, GraphSnapshot } from '../../../protocol/graphs';
import { inert } from '../../lib/inert';
import type { Adjacency } from '../model/adjacency';
import { circuitOf } from '../subgraph/circuit';
import type { Box } from '../subgraph/circuit';
import { boxText, groupName } from '../subgraph/names';
import type { BoxText } from '../subgraph/names';

export interface DiagramNode {
  /** `n0`, `n1` ...: safe in every language. */
  readonly id: string;
  readonly kind: Box['kind'];
  /** Inert, and as long as it may be. */
  readonly text: BoxText;
  /** -1 for tokens; of groups the mean, rounded. */
  readonly layer: number;
}

export interface DiagramGroup {
  readonly name: string;
  /** Ids. */
  readonly nodes: readonly string[];
}

export interface DiagramEdge {
  /** Ids. */
  readonly source: string;
  readonly target: string;
  /** Signed share of what the target receives. */
  readonly weight: number;
}

export interface Diagram {
  /** Inert. */
  readonly title: string;
  readonly nodes: readonly DiagramNode[];
  readonly groups: readonly DiagramGroup[];
  /** Strongest first. */
  readonly edges: readonly DiagramEdge[];
}

/** What is pinned and grouped, as the subgraph shows it, and also what that leaves out for want of room. */
export function subgraphDiagram(
  snapshot: GraphSnapshot,
  annotations: GraphAnnotations,
  adjacency: Adjacency,
): Diagram {
  const { boxes, frames, edges } = circuitOf(snapshot, annotations, adjacency, Infinity);
  const ids = new Map(boxes.map(({ id }, at) => [id, `n${at}`]));
  return {
    title: inert(snapshot.title),
    nodes: boxes.map((box) => {
      const layers = box.members.map((node) => snapshot.nodes[node]!.layer);
      const layer = Math.round(layers.reduce((sum, one) => sum + one, 0) / layers.length);
      return { id: ids.get(box.id)!, kind: box.kind, text: boxText(box, snapshot), layer };
    }),
    groups: frames.map(({ group, boxes: inside }) => ({
      name: groupName(group),
      nodes: inside.map((id) => ids.get(id)!),
    })),
    edges: edges.map(({ source, target, weight }) => ({
      source: ids.get(source)!,
      target: ids.get(target)!,
      weight,
    })),
  };
}

/** What the picture of the graph shows, groups as frames. */
export function visibleDiagram(
  snapshot: GraphSnapshot,
  annotations: GraphAnnotations,
  adjacency: Adjacency,
  visible: readonly number[],
): Diagram {
  const shown = new Set(visible.map((node) => snapshot.nodes[node]!.id));
  const groups = annotations.groups.map((group) => ({
    ...group,
    members: group.members.filter((id) => shown.has(id)),
    collapsed: false,
  }));
  return subgraphDiagram(snapshot, { ...annotations, pinned: [...shown], groups }, adjacency);
}
