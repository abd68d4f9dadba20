/** Open graphs as they travel. */
import type { GraphLinks, GraphNode, GraphSnapshot } from '../../../../protocol/graphs';
import type { FileGraph } from '../../formats/attributionGraph/graph';
import { counted } from '../../formats/attributionGraph/troubles';
import type { GraphFit } from './graphFit';
import { featureOf, labelOf, type LabelSources } from './labelling';
import type { OpenGraph } from './openGraph';
import { promptSpans } from './promptSpans';

/** @param id names the graph in requests */
export function snapshotOf(
  id: number,
  open: OpenGraph,
  fit: GraphFit,
  sources: Omit<LabelSources, 'fit' | 'files'>,
): GraphSnapshot {
  const { graph, computation, pruning } = open;
  const shown = shownNodes(open);
  const labels = { ...sources, fit, files: open.labels };
  const isPartial = computation ? !computation.built.complete : graph.origin?.isComplete === false;
  return {
    id,
    state: open.isBuilding ? 'building' : isPartial ? 'partial' : 'complete',
    title: titleOf(graph),
    model: computation?.about.model.name ?? graph.model,
    prompt: graph.prompt,
    tokens: graph.tokens,
    spans: computation?.spans ?? promptSpans(graph.prompt, graph.tokens),
    place: computation?.place ?? null,
    layers: graph.layers,
    nodes: shown.map((i) => nodeOf(open, i, labels)),
    links: linksOf(open, shown),
    scores: graph.scores,
    thresholds: pruning?.thresholds ?? graph.thresholds,
    warnings: [...(computation?.warnings ?? graph.warnings), ...pruningWarning(open, shown.length)],
    unable: fit.unable,
  };
}

/** Indices into the graph's nodes. */
function shownNodes({ graph, pruning }: OpenGraph): number[] {
  const all = [...graph.nodes.keys()];
  return pruning ? all.filter((i) => pruning.parts.keptNodes[i] === 1) : all;
}

function nodeOf({ graph, pruning, computation }: OpenGraph, i: number, labels: LabelSources): GraphNode {
  const node = graph.nodes[i]!;
  const { id, kind, layer, position, index, activation, influence, probability, isTarget, type } = node;
  const entersAt = pruning?.parts.entersAt[i] ?? NaN;
  const isVirtual = graph.origin?.logits.has(id) === true;
  return {
    id,
    kind,
    layer,
    position,
    index: isVirtual ? null : index,
    feature: featureOf(node, labels.fit),
    ...labelOf(node, graph.tokens, labels, computation === null),
    activation,
    // Shares of the whole graph, where the file has them, say more than shares of what is left.
    influence: hasInfluence(graph) || !Number.isFinite(entersAt) ? influence : entersAt,
    // A difference or a direction has a weight in its file, and no probability.
    probability: isVirtual ? null : probability,
    isTarget,
    type,
  };
}

function hasInfluence({ nodes }: FileGraph): boolean {
  return nodes.some(({ influence }) => influence !== null);
}

function linksOf({ graph: { links }, pruning }: OpenGraph, shown: readonly number[]): GraphLinks {
  const places = new Map(shown.map((node, i) => [node, i]));
  const [sources, targets, weights]: [number[], number[], number[]] = [[], [], []];
  for (let link = 0; link < links.weights.length; link++) {
    if (pruning && pruning.parts.keptEdges[link] !== 1) continue;
    sources.push(places.get(links.sources[link]!)!);
    targets.push(places.get(links.targets[link]!)!);
    weights.push(links.weights[link]!);
  }
  return { sources, targets, weights };
}

function pruningWarning({ graph, pruning }: OpenGraph, shown: number): string[] {
  if (!pruning) return [];
  const left = graph.nodes.length - shown;
  return [
    `Pruning leaves out ${left} of the ${counted(graph.nodes.length, 'node')} of this file; what is saved or exported is without them.`,
  ];
}

const LONGEST_TITLE = 60;

/** Graphs of ours are called by the end of their prompts, which is what they explain. */
function titleOf({ origin, prompt, title }: FileGraph): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  if (!origin || line === '') return title;
  return line.length > LONGEST_TITLE ? `...${line.slice(-LONGEST_TITLE)}` : line;
}
