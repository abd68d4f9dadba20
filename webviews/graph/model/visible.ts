/** Which nodes are shown. Pure. */
import type { GraphLinks, GraphNode } from '../../../protocol/graphs';

export interface Filter {
  /** Influence up to which nodes are shown, 0 to 1. */
  readonly threshold: number;
  readonly hideErrors: boolean;
}

/** Pinned nodes are shown whatever their influence. */
export function isShown(node: GraphNode, filter: Filter, pinned: ReadonlySet<string>): boolean {
  if (pinned.has(node.id)) return true;
  if (filter.hideErrors && node.kind === 'error') return false;
  return node.influence === null || node.influence <= filter.threshold;
}

/** [node]: 1 for those that are shown. */
export function visibleNodes(
  nodes: readonly GraphNode[],
  filter: Filter,
  pinned: ReadonlySet<string>,
): Uint8Array {
  return Uint8Array.from(nodes, (node) => (isShown(node, filter, pinned) ? 1 : 0));
}

export interface ShownCounts {
  readonly nodes: number;
  /** Edges between nodes that are shown. */
  readonly edges: number;
}

export function countShown(visible: Uint8Array, links: GraphLinks): ShownCounts {
  let nodes = 0;
  for (const shown of visible) nodes += shown;
  let edges = 0;
  for (let link = 0; link < links.sources.length; link++) {
    edges += visible[links.sources[link]!]! & visible[links.targets[link]!]!;
  }
  return { nodes, edges };
}

/** Where a slider can stand so that it makes a difference: the least and the greatest influence of any node. */
export function influenceRange(nodes: readonly GraphNode[]): {
  readonly least: number;
  readonly most: number;
} {
  let [least, most] = [1, 0];
  for (const { influence } of nodes) {
    if (influence === null) continue;
    least = Math.min(least, influence);
    most = Math.max(most, influence);
  }
  return least > most ? { least: 0, most: 1 } : { least, most };
}

/** Nodes that a first look may show: more are a thicket. */
const FIRST_LOOK = 400;

/** The largest threshold that shows no more than a first look may; 1 when all may be shown. */
export function firstThreshold(nodes: readonly GraphNode[]): number {
  const influences = nodes.flatMap(({ influence }) => (influence === null ? [] : [influence]));
  const room = FIRST_LOOK - (nodes.length - influences.length);
  if (influences.length <= room) return 1;
  return influences.sort((a, b) => a - b)[Math.max(0, room - 1)]!;
}
