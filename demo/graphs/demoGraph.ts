import { GRAPH_SETTINGS, type GraphHold } from '../../protocol/graphs';
import { buildCircuit } from '../../server/src/experiments/circuits/build';
import type { BuiltCircuit, Pruned } from '../../server/src/experiments/circuits/circuit';
import { type CircuitFlow, flowOf } from '../../server/src/experiments/circuits/influence';
import { intervene, type InterventionEffect } from '../../server/src/experiments/circuits/intervene';
import { pruneCircuit } from '../../server/src/experiments/circuits/prune';
import { testedGraph, type TestedGraph } from '../../server/src/experiments/circuits/verify';
import type { DemoLab } from './demoLab';
import type { Sentence } from './sentences';

/** A graph of the demo, pruned as the panel prunes a new one. Nodes are indices into `tested.nodes`. */
export interface DemoGraph {
  readonly sentence: Sentence;
  /** Texts of the tokens, BOS included, [position]. */
  readonly tokens: readonly string[];
  readonly built: BuiltCircuit;
  readonly flow: CircuitFlow;
  readonly pruned: Pruned;
  readonly tested: TestedGraph;
  /** The generator's tag that the feature was found to predict; '' where it is no feature, or predicts none. */
  readonly tagOf: (node: number) => string;
}

const NEVER = new AbortController().signal;

/** @throws Refusal when the target is none */
export async function buildDemoGraph(lab: DemoLab, sentence: Sentence): Promise<DemoGraph> {
  const { tokenizer } = lab;
  const { prompt, target } = sentence;
  const bos = tokenizer.bosId!;
  const ids = [bos, ...tokenizer.encode(prompt).map(({ id }) => id)];
  const run = { tokens: ids, dictionaries: [...lab.dictionaries.keys()] };
  const { maxFeatures, thresholds } = GRAPH_SETTINGS;
  const { built } = await buildCircuit(lab, { run, target, maxFeatures }, { signal: NEVER });
  const flow = flowOf(built.circuit);
  const tested = testedGraph(built);
  return {
    sentence,
    tokens: ids.map((id) => tokenizer.tokenText(id)),
    built,
    flow,
    pruned: pruneCircuit(built.circuit, thresholds, flow),
    tested,
    tagOf: (node) => {
      const source = tested.nodes[node]?.source;
      return source?.kind === 'feature' ? (lab.labels[source.layer]?.get(source.index)?.tag ?? '') : '';
    },
  };
}

/** Sets nodes to zero. */
export function ablate(
  lab: DemoLab,
  { tested, built }: DemoGraph,
  nodes: readonly number[],
  hold: GraphHold,
): Promise<InterventionEffect> {
  const question = { changes: [{ nodes, factor: 0 }], inserts: [], hold };
  return intervene(lab, tested, question, built.sources.logits, NEVER);
}
