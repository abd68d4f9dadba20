/**
 * Paths between two nodes. The strength of a path is the product of its edges' shares: how much of each node's input comes
 * from the one before. Pure.
 */
import type { Adjacency } from './adjacency';
import { Heap } from './heap';

export interface StrongestPath {
  /** Nodes from the first to the last. */
  readonly nodes: readonly number[];
  /** Indices into `GraphLinks`, one fewer than nodes. */
  readonly links: readonly number[];
  /** Product of the shares, 0 to 1. */
  readonly strength: number;
}

/** What is on paths from one node to another. */
export interface PathBundle {
  readonly strongest: StrongestPath;
  /** Nodes on some path that is at least `least` times as strong as the strongest, ascending. */
  readonly nodes: readonly number[];
  /** Edges on such paths, indices into `GraphLinks`, ascending. */
  readonly links: readonly number[];
}

/** Costs of the best paths from one node, and the link by which each was reached. */
interface Reach {
  /** [node]: -ln of the strength; Infinity where no path leads. */
  readonly costs: Float64Array;
  /** [node]: index into `GraphLinks`; -1 at the start and where no path leads. */
  readonly by: Int32Array;
}

/**
 * The strongest path and all nodes on paths nearly as strong, through nodes that are shown.
 * @param visible - [node]; the two ends count as shown
 * @param least - share of the strongest path's strength, above 0
 * @returns null when no path leads from `from` to `to`
 */
export function pathsBetween(
  adjacency: Adjacency,
  visible: Uint8Array,
  from: number,
  to: number,
  least: number,
): PathBundle | null {
  if (from === to) return null;
  const allowed = visible.slice();
  allowed[from] = allowed[to] = 1;
  const forth = reach(adjacency, allowed, from, 'outputs');
  const total = forth.costs[to]!;
  if (total === Infinity) return null;
  const back = reach(adjacency, allowed, to, 'inputs');
  // A little slack, so that rounding never leaves out the strongest path itself.
  const most = total - Math.log(least) + 1e-9;
  const { sources, targets } = adjacency.links;
  const nodes = Array.from(forth.costs.keys()).filter(
    (node) => forth.costs[node]! + back.costs[node]! <= most,
  );
  const links = nodes
    .flatMap((node) => [...adjacency.linksOutOf(node)])
    .filter((link) => {
      const cost = forth.costs[sources[link]!]! + costOf(adjacency, link) + back.costs[targets[link]!]!;
      return cost <= most;
    })
    .sort((a, b) => a - b);
  return { strongest: pathTo(adjacency, forth, from, to), nodes, links };
}

/** Dijkstra's algorithm: shares are at most 1, so that costs are never negative. */
function reach(
  adjacency: Adjacency,
  allowed: Uint8Array,
  start: number,
  direction: 'inputs' | 'outputs',
): Reach {
  const costs = new Float64Array(adjacency.count).fill(Infinity);
  const by = new Int32Array(adjacency.count).fill(-1);
  const heap = new Heap();
  costs[start] = 0;
  heap.push(start, 0);
  const ends = direction === 'outputs' ? adjacency.links.targets : adjacency.links.sources;
  for (let next = heap.pop(); next; next = heap.pop()) {
    const { item: node, cost } = next;
    if (cost > costs[node]!) continue;
    const links = direction === 'outputs' ? adjacency.linksOutOf(node) : adjacency.linksInto(node);
    for (const link of links) {
      const end = ends[link]!;
      const reached = cost + costOf(adjacency, link);
      if (allowed[end] !== 1 || reached >= costs[end]!) continue;
      costs[end] = reached;
      by[end] = link;
      heap.push(end, reached);
    }
  }
  return { costs, by };
}

function costOf(adjacency: Adjacency, link: number): number {
  return -Math.log(adjacency.share(link));
}

function pathTo(adjacency: Adjacency, { costs, by }: Reach, from: number, to: number): StrongestPath {
  const nodes = [to];
  const links: number[] = [];
  for (let node = to; node !== from;) {
    const link = by[node]!;
    node = adjacency.links.sources[link]!;
    links.unshift(link);
    nodes.unshift(node);
  }
  return { nodes, links, strength: Math.exp(-costs[to]!) };
}
