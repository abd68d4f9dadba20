/** Which nodes of a graph share a place: one cell for each row (layer) and column (position). Framework-free. */
import type { GraphNode } from '../../protocol/graphs';
import { rowOf } from './graphScene';
import type { GraphScene } from './graphScene';

export interface GraphCell {
  readonly row: number;
  readonly column: number;
  /** Strongest influence first. */
  readonly nodes: readonly number[];
}

export interface GraphCells {
  readonly cells: readonly GraphCell[];
  readonly rows: number;
  readonly columns: number;
  /** Of each column: how many nodes its fullest cell has. */
  readonly fullest: readonly number[];
}

export function cellsOf({ nodes, visible, layers, tokens }: GraphScene): GraphCells {
  const rows = layers + 2;
  const columns = visible.reduce((most, i) => Math.max(most, nodes[i]!.position + 1), tokens.length);
  const found = new Map<number, number[]>();
  for (const i of visible) {
    const node = nodes[i]!;
    const key = rowOf(node, layers) * columns + Math.max(0, node.position);
    const cell = found.get(key);
    if (cell) cell.push(i);
    else found.set(key, [i]);
  }
  const fullest = new Array<number>(columns).fill(0);
  const cells = [...found].map(([key, members]) => {
    const column = key % columns;
    fullest[column] = Math.max(fullest[column]!, members.length);
    members.sort((a, b) => byStrength(nodes[a]!, nodes[b]!) || a - b);
    return { row: Math.floor(key / columns), column, nodes: members };
  });
  return { cells, rows, columns, fullest };
}

/** Nodes that enter at less cumulative influence are stronger; logits go by probability. */
function byStrength(a: GraphNode, b: GraphNode): number {
  return (b.probability ?? 0) - (a.probability ?? 0) || (a.influence ?? -1) - (b.influence ?? -1);
}
