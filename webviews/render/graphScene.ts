/** What the picture of a graph shows. Framework-free. */
import type { GraphLinks, GraphNode } from '../../protocol/graphs';

/** Nodes and edges by their index in `nodes` and `links`; all texts as they are shown. */
export interface GraphScene {
  readonly nodes: readonly GraphNode[];
  readonly links: GraphLinks;
  /** The nodes that are shown, ascending. */
  readonly visible: readonly number[];
  /** The edges between them. */
  readonly edges: Uint32Array;
  /** Of each of `edges`: |weight| as a share of what its target receives. */
  readonly shares: Float32Array;
  readonly layers: number;
  /** [position] */
  readonly tokens: readonly string[];
  /** Of logit nodes: token and probability. */
  readonly logits: ReadonlyMap<number, string>;
  /** Of nodes that have one: written where there is room. */
  readonly labels: ReadonlyMap<number, string>;
}

/** An edge that is drawn so that it is seen among the others. */
export interface StrongEdge {
  readonly link: number;
  /** |weight| as a share of what its target receives. */
  readonly share: number;
}

/** What stands out for longer than a movement of the mouse. */
export interface GraphEmphasis {
  readonly pinned: ReadonlySet<number>;
  /** For actions on several. */
  readonly chosen: ReadonlySet<number>;
  /** The mark of a node's group. */
  readonly groups: ReadonlyMap<number, string>;
  /** Edges of the node in question, weakest first. */
  readonly edges: readonly StrongEdge[];
  /** Nodes at the other end of these edges: the signed share of the strongest. */
  readonly neighbours: ReadonlyMap<number, number>;
  readonly pathNodes: ReadonlySet<number>;
  readonly pathEdges: readonly number[];
}

/** What is marked in a picture. */
export interface GraphMarks {
  readonly selected: number | null;
  readonly hovered: number | null;
  /** The position whose column stands out. */
  readonly position: number | null;
  readonly emphasis: GraphEmphasis;
}

export const NO_GRAPH_MARKS: GraphMarks = {
  selected: null,
  hovered: null,
  position: null,
  emphasis: {
    pinned: new Set(),
    chosen: new Set(),
    groups: new Map(),
    edges: [],
    neighbours: new Map(),
    pathNodes: new Set(),
    pathEdges: [],
  },
};

/** Rows from below: tokens, layers, logits. */
export function rowOf({ layer }: Pick<GraphNode, 'layer'>, layers: number): number {
  return Math.min(Math.max(layer, -1), layers) + 1;
}

/** What the rows are called, from below. */
export function rowNames(layers: number): string[] {
  return ['Tokens', ...Array.from({ length: layers }, (_, layer) => `L${layer}`), 'Logits'];
}
