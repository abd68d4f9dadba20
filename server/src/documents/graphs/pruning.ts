/** Pruning graphs that are open. */
import type { GraphThresholds } from '../../../../protocol/graphs';
import type { Circuit, CircuitNode } from '../../experiments/circuits/circuit';
import { pruneCircuit } from '../../experiments/circuits/prune';
import type { FileGraph, FileNode } from '../../formats/attributionGraph/graph';
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
