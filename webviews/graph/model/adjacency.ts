/** The edges of a graph from each node's side: what goes in and out, strongest first. Pure. */
import type { GraphLinks } from '../../../protocol/graphs';

/** An edge as seen from one of its ends. */
export interface RankedEdge {
  /** Index into `GraphLinks`. */
  readonly link: number;
  /** The node at the other end. */
  readonly node: number;
  readonly weight: number;
  /** |weight| as a share of the sum of |weight| of all that its target receives. */
  readonly share: number;
}

/** The links of each node, one behind the other: those of node i are `links[starts[i]]` to `links[starts[i + 1] - 1]`. */
interface Bundles {
  readonly starts: Uint32Array;
  readonly links: Uint32Array;
}

/** Edges of `count` nodes. Building takes one pass; a node's edges are ranked when they are first asked for. */
export class Adjacency {
  /** [node]: sum of |weight| of what each receives. */
  readonly received: Float64Array;
  private readonly into: Bundles;
  private readonly outOf: Bundles;
  private readonly rankedInputs = new Map<number, readonly RankedEdge[]>();
  private readonly rankedOutputs = new Map<number, readonly RankedEdge[]>();

  constructor(
    readonly count: number,
    readonly links: GraphLinks,
  ) {
    this.received = new Float64Array(count);
    links.targets.forEach((target, link) => {
      this.received[target]! += Math.abs(links.weights[link]!);
    });
    this.into = bundle(links.targets, count);
    this.outOf = bundle(links.sources, count);
  }

  /** What goes into a node, strongest first. */
  inputs(node: number): readonly RankedEdge[] {
    return this.ranked(node, this.rankedInputs, this.into, this.links.sources);
  }

  /** What comes out of a node, strongest first. */
  outputs(node: number): readonly RankedEdge[] {
    return this.ranked(node, this.rankedOutputs, this.outOf, this.links.targets);
  }

  /** Indices into `GraphLinks` of what goes into a node, in no order. */
  linksInto(node: number): Uint32Array {
    return this.into.links.subarray(this.into.starts[node], this.into.starts[node + 1]);
  }

  /** Indices into `GraphLinks` of what comes out of a node, in no order. */
  linksOutOf(node: number): Uint32Array {
    return this.outOf.links.subarray(this.outOf.starts[node], this.outOf.starts[node + 1]);
  }

  /** |weight| as a share of what the edge's target receives; 0 where that receives nothing. */
  share(link: number): number {
    const received = this.received[this.links.targets[link]!]!;
    return received > 0 ? Math.abs(this.links.weights[link]!) / received : 0;
  }

  /** The edge from one node to another; the strongest where there are several. */
  between(source: number, target: number): RankedEdge | undefined {
    return this.outputs(source).find(({ node }) => node === target);
  }

  private ranked(
    node: number,
    known: Map<number, readonly RankedEdge[]>,
    { starts, links }: Bundles,
    ends: readonly number[],
  ): readonly RankedEdge[] {
    const found = known.get(node);
    if (found) return found;
    const { weights } = this.links;
    const edges = Array.from(links.subarray(starts[node], starts[node + 1]), (link) => ({
      link,
      node: ends[link]!,
      weight: weights[link]!,
      share: this.share(link),
    })).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.node - b.node);
    known.set(node, edges);
    return edges;
  }
}

/** Counting sort of links by one of their ends. */
function bundle(ends: readonly number[], count: number): Bundles {
  const starts = new Uint32Array(count + 1);
  for (const end of ends) starts[end + 1]! += 1;
  for (let node = 0; node < count; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice(0, count);
  const links = new Uint32Array(ends.length);
  ends.forEach((end, link) => {
    const at = next[end]!;
    links[at] = link;
    next[end] = at + 1;
  });
  return { starts, links };
}
