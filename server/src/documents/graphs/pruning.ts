/** Pruning graphs that are open. */
import { GRAPH_SETTINGS, type GraphThresholds } from '../../../../protocol/graphs';
import type { Circuit, CircuitNode, Pruned } from '../../experiments/circuits/circuit';
import type { CircuitFlow } from '../../experiments/circuits/influence';
import { pruneCircuit } from '../../experiments/circuits/prune';
import type { FileGraph, FileNode } from '../../formats/attributionGraph/graph';
import { MOST_LINKS } from '../../formats/attributionGraph/readLinks';
import { computedGraph } from './computedGraph';
import type { OpenGraph } from './openGraph';

const ALL: GraphThresholds = { node: 1, edge: 1 };

/**
 * The graph pruned from all that is known of it. Of a file that is what stands in it: thresholds that are no lower than those it was
 * pruned with show all of it, others are shares of the influence within it.
 */
export function prunedGraph(open: OpenGraph, thresholds: GraphThresholds): OpenGraph {
  const { computation, graph } = open;
  if (computation) {
    const { built, about } = computation;
    const pruned = pruneCircuit(built.circuit, thresholds);
    const settings = { ...about.settings, thresholds };
    return computedGraph({ ...computation, pruned, about: { ...about, settings } }, open);
  }
  const own = graph.thresholds ?? ALL;
  if (thresholds.node >= own.node && thresholds.edge >= own.edge) return { ...open, pruning: null };
  return { ...open, pruning: { parts: pruneCircuit(circuitOf(graph), thresholds), thresholds } };
}

export interface FirstPruning {
  readonly pruned: Pruned;
  /** What it was pruned with. */
  readonly thresholds: GraphThresholds;
  /** A sentence where these are not what was asked for. */
  readonly warnings: readonly string[];
}

/**
 * Prunes a graph that has just been built. Where more edges would be left than can be shown, the usual thresholds are taken: what
 * took long to compute is not to be lost for that.
 */
export function firstPruning(
  circuit: Circuit,
  asked: GraphThresholds,
  flow: CircuitFlow,
  most = MOST_LINKS,
): FirstPruning {
  const pruned = pruneCircuit(circuit, asked, flow);
  const edges = pruned.keptEdges.reduce((sum, kept) => sum + kept, 0);
  if (edges <= most) return { pruned, thresholds: asked, warnings: [] };
  const usual = GRAPH_SETTINGS.thresholds;
  const thresholds = { node: Math.min(asked.node, usual.node), edge: Math.min(asked.edge, usual.edge) };
  const warning =
    `With thresholds ${asked.node} and ${asked.edge} this graph would have ${edges.toLocaleString('en')} edges, ` +
    `more than the ${most.toLocaleString('en')} that can be shown: ${thresholds.node} and ${thresholds.edge} are taken instead.`;
  return { pruned: pruneCircuit(circuit, thresholds, flow), thresholds, warnings: [warning] };
}

function circuitOf({ nodes, links }: FileGraph): Circuit {
  const logits = nodes.filter(({ kind }) => kind === 'logit');
  const isWeighted = logits.some(({ probability }) => (probability ?? 0) > 0);
  const weightOf = (node: FileNode): number => {
    if (node.kind !== 'logit') return 0;
    return isWeighted ? Math.max(0, node.probability ?? 0) : 1 / logits.length;
  };
  return {
    nodes: nodes.map((node) => ({ kind: circuitKind(node), weight: weightOf(node) })),
    edges: links,
  };
}

/** Features of attention dictionaries have inputs as others do; what else there is may have none, like errors. */
function circuitKind({ kind, type }: FileNode): CircuitNode['kind'] {
  if (kind !== 'other') return kind;
  return type === 'lorsa' ? 'feature' : 'error';
}
