import type { Random } from '../random';
import type { DemoGraph } from './demoGraph';
import type { TagFamily } from './graphTags';

/** Features that pruning keeps, those of most influence first. */
export function keptFeatures({ pruned, flow, built }: DemoGraph): number[] {
  return Array.from(built.features.keys())
    .filter((node) => pruned.keptNodes[node] === 1)
    .sort((a, b) => flow.influence[b]! - flow.influence[a]!);
}

/** Kept features whose tags are of a family. */
export function taggedFeatures(graph: DemoGraph, isOfFamily: TagFamily): number[] {
  return keptFeatures(graph).filter((node) => isOfFamily(graph.tagOf(node)));
}

/** The node of a token, the last that has this text. @throws {Error} when there is none */
export function tokenNode({ tested, tokens }: DemoGraph, text: string): number {
  const node = tested.nodes.findLastIndex(
    ({ source }) => source?.kind === 'token' && tokens[source.position] === text,
  );
  if (node < 0) throw new Error(`no token of the prompt is "${text}"`);
  return node;
}

/** How many features the sample groups of those that choose between two answers. */
export const STRONGEST = 20;

/** Kept features that speak most for the first logit node: those with the largest positive edges to it. */
export function strongestFor(graph: DemoGraph, count: number): number[] {
  const weights = edgesToFirstLogit(graph);
  return keptFeatures(graph)
    .filter((node) => (weights.get(node) ?? 0) > 0)
    .sort((a, b) => weights.get(b)! - weights.get(a)!)
    .slice(0, count);
}

/** Direct effects on the first logit node, by source. */
export function edgesToFirstLogit({ built: { circuit } }: DemoGraph): Map<number, number> {
  const logit = circuit.nodes.findIndex(({ kind }) => kind === 'logit');
  const { sources, targets, weights } = circuit.edges;
  const found = new Map<number, number>();
  for (let edge = 0; edge < weights.length; edge++)
    if (targets[edge] === logit) found.set(sources[edge]!, weights[edge]!);
  return found;
}

/** As many other features as there are among these, drawn from those that are active at the same positions. */
export function otherFeatures(
  { tested, built }: DemoGraph,
  nodes: readonly number[],
  random: Random,
): number[] {
  const features = nodes.filter((node) => node < built.features.length);
  const positionOf = (node: number) => tested.nodes[node]!.source!.position;
  const positions = new Set(features.map(positionOf));
  const others = Array.from(built.features.keys()).filter(
    (node) => positions.has(positionOf(node)) && !features.includes(node),
  );
  return random.sample(others, features.length);
}
