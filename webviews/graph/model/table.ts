/** The nodes as rows of a table. Pure. */
import type { GraphNode } from '../../../protocol/graphs';
import type { Adjacency } from './adjacency';
import { nodeName } from './words';
import type { Texts } from './words';

export type Column =
  'layer' | 'position' | 'kind' | 'name' | 'activation' | 'probability' | 'influence' | 'inputs' | 'outputs';

export interface Sorting {
  readonly by: Column;
  readonly descending: boolean;
}

/** Outputs on top, as in the picture. */
export const FIRST_SORTING: Sorting = { by: 'layer', descending: true };

/** Indices of nodes in the order of the table; what has no number comes last either way. */
export function sortedNodes(
  nodes: readonly GraphNode[],
  shown: readonly number[],
  adjacency: Adjacency,
  texts: Texts,
  { by, descending }: Sorting,
): readonly number[] {
  const keys = new Map(shown.map((node) => [node, keyOf(nodes[node]!, node, adjacency, texts, by)]));
  return [...shown].sort((a, b) => {
    const [one, other] = [keys.get(a) ?? null, keys.get(b) ?? null];
    if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b;
    return (descending ? -1 : 1) * compare(one, other) || tie(nodes[a]!, nodes[b]!) || a - b;
  });
}

/** Clicking a heading: another column, or the other direction. Numbers begin with the largest. */
export function sortedBy(sorting: Sorting, column: Column): Sorting {
  if (sorting.by === column) return { by: column, descending: !sorting.descending };
  return { by: column, descending: !['position', 'kind', 'name', 'influence'].includes(column) };
}

function keyOf(
  node: GraphNode,
  index: number,
  adjacency: Adjacency,
  texts: Texts,
  by: Column,
): number | string | null {
  switch (by) {
    case 'layer':
    case 'position':
    case 'activation':
    case 'probability':
    case 'influence':
      return node[by];
    case 'kind':
      return node.kind;
    case 'name':
      // Without the marks that stand for a token's leading space.
      return nodeName(node, texts).replace(/^·+/, '').toLowerCase();
    case 'inputs':
      return adjacency.linksInto(index).length;
    case 'outputs':
      return adjacency.linksOutOf(index).length;
  }
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Within equals from left to right, the most influential first. */
function tie(a: GraphNode, b: GraphNode): number {
  return a.position - b.position || (a.influence ?? -1) - (b.influence ?? -1);
}

/** Which rows of a long table are in sight. */
export interface RowWindow {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Rows drawn beyond what is in sight, so that scrolling shows no holes. */
const MARGIN = 12;

/** @param height - of what is in sight, in pixels, as are `top` and `row` */
export function rowsInSight(count: number, row: number, top: number, height: number): RowWindow {
  const from = Math.max(0, Math.floor(top / row) - MARGIN);
  const to = Math.min(count, Math.ceil((top + height) / row) + MARGIN);
  return { from: Math.min(from, to), to };
}
