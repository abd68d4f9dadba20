/** Walking through a graph by keys, node by node. Pure. */
import type { GraphNode } from '../../../protocol/graphs';
import type { Adjacency, RankedEdge } from './adjacency';

export type Move =
  /** Along the strongest edge, against its direction or with it. */
  | 'input'
  | 'output'
  /** To the next weaker or stronger edge of the node one came from; before that through the layer. */
  | 'next'
  | 'previous'
  | 'up'
  | 'down'
  /** Of the layer. */
  | 'first'
  | 'last'
  /** The output, and the token under it all. */
  | 'top'
  | 'bottom';

/** Where one stands, and by which kind of edge from where one came. */
export interface Walk {
  readonly at: number;
  readonly from: { readonly node: number; readonly direction: 'inputs' | 'outputs' } | null;
}

/** What walking needs to know. */
export interface Ground {
  readonly nodes: readonly GraphNode[];
  readonly adjacency: Adjacency;
  /** [node] */
  readonly visible: Uint8Array;
}

/** Null where there is nothing in that direction. */
export function step(ground: Ground, walk: Walk, move: Move): Walk | null {
  switch (move) {
    case 'input':
      return along(ground, walk.at, 'inputs');
    case 'output':
      return along(ground, walk.at, 'outputs');
    case 'next':
    case 'previous':
      return toSibling(ground, walk, move === 'next' ? 1 : -1);
    case 'up':
      return alone(nearestIn(ground, nextLayer(ground, walk.at, 1), walk.at));
    case 'down':
      return alone(nearestIn(ground, nextLayer(ground, walk.at, -1), walk.at));
    case 'first':
      return alone(layerOrder(ground, ground.nodes[walk.at]!.layer)[0]);
    case 'last':
      return alone(layerOrder(ground, ground.nodes[walk.at]!.layer).at(-1));
    case 'top':
      return alone(startNode(ground));
    case 'bottom':
      return alone(nearestIn(ground, lowestLayer(ground), walk.at));
  }
}

/** Where to begin: the logit that the graph is about, or the highest node. */
export function startNode({ nodes, visible }: Ground): number | undefined {
  const shown = shownOf(visible);
  const target = shown.find((node) => nodes[node]!.isTarget);
  if (target !== undefined) return target;
  return shown.reduce<number | undefined>(
    (best, node) => (best === undefined || nodes[node]!.layer > nodes[best]!.layer ? node : best),
    undefined,
  );
}

/** A node's edges to nodes that are shown, strongest first. */
export function shownEdges(
  { adjacency, visible }: Ground,
  node: number,
  direction: 'inputs' | 'outputs',
): readonly RankedEdge[] {
  const edges = direction === 'inputs' ? adjacency.inputs(node) : adjacency.outputs(node);
  return edges.filter((edge) => visible[edge.node] === 1);
}

function along(ground: Ground, at: number, direction: 'inputs' | 'outputs'): Walk | null {
  const strongest = shownEdges(ground, at, direction)[0];
  return strongest ? { at: strongest.node, from: { node: at, direction } } : null;
}

function toSibling(ground: Ground, { at, from }: Walk, by: 1 | -1): Walk | null {
  const siblings = from
    ? shownEdges(ground, from.node, from.direction).map(({ node }) => node)
    : layerOrder(ground, ground.nodes[at]!.layer);
  const place = siblings.indexOf(at);
  const sibling = place < 0 ? undefined : siblings[place + by];
  return sibling === undefined ? null : { at: sibling, from };
}

/** Shown nodes of a layer from left to right, in a column the most influential first. */
function layerOrder({ nodes, visible }: Ground, layer: number): readonly number[] {
  return shownOf(visible)
    .filter((node) => nodes[node]!.layer === layer)
    .sort(
      (a, b) =>
        nodes[a]!.position - nodes[b]!.position || influenceOf(nodes[a]!) - influenceOf(nodes[b]!) || a - b,
    );
}

function nextLayer({ nodes, visible }: Ground, at: number, by: 1 | -1): number | undefined {
  const here = nodes[at]!.layer;
  const distances = shownOf(visible)
    .map((node) => (nodes[node]!.layer - here) * by)
    .filter((distance) => distance > 0);
  return distances.length === 0 ? undefined : here + by * least(distances);
}

function lowestLayer({ nodes, visible }: Ground): number | undefined {
  const layers = shownOf(visible).map((node) => nodes[node]!.layer);
  return layers.length === 0 ? undefined : least(layers);
}

/** Of a layer the node nearest to another's position. */
function nearestIn(ground: Ground, layer: number | undefined, to: number): number | undefined {
  if (layer === undefined) return undefined;
  const { position } = ground.nodes[to]!;
  const away = (node: number): number => Math.abs(ground.nodes[node]!.position - position);
  return layerOrder(ground, layer).reduce<number | undefined>(
    (best, node) => (best === undefined || away(node) < away(best) ? node : best),
    undefined,
  );
}

function alone(at: number | undefined): Walk | null {
  return at === undefined ? null : { at, from: null };
}

function influenceOf({ influence }: GraphNode): number {
  return influence ?? -1;
}

function shownOf(visible: Uint8Array): readonly number[] {
  return Array.from(visible.keys()).filter((node) => visible[node] === 1);
}

/** Without spreading: there may be more numbers than a call takes. */
function least(numbers: readonly number[]): number {
  return numbers.reduce((best, number) => Math.min(best, number));
}
