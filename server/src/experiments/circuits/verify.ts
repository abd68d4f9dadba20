/** Edges against interventions (math.md 7.11): each of some nodes is doubled by itself, and what changes is held against its edges. */
import type { Agreement, GraphHold, GraphVerification } from '../../../../protocol/graphs';
import type {
  CircuitChange,
  CircuitEffect,
  CircuitRun,
  CircuitSource,
  CircuitTarget,
} from '../../engine/circuits/requests';
import type { Laboratory } from '../lab/laboratory';
import { Refusal } from '../lab/refusal';
import { type Comparison, Comparisons } from './agreement';
import type { BuiltCircuit, CircuitEdges } from './circuit';
import { resumed } from './resume';

/** A node as the engine knows it: what can be changed, and what can be read. */
export interface TestedNode {
  /** Null for logits, for what has no vector, and for what the engine does not know. */
  readonly source: CircuitSource | null;
  /** Of features. */
  readonly activation: number;
  /** Null for errors and tokens. */
  readonly target: CircuitTarget | null;
}

export interface TestedGraph {
  readonly run: CircuitRun;
  readonly nodes: readonly TestedNode[];
  readonly edges: CircuitEdges;
  /** Whether two nodes without an edge have none, so that an effect between them is an error; false for pruned graphs. */
  readonly whole: boolean;
}

/** A computed graph to be tested. */
export function testedGraph({ run, sources, features, logits, circuit }: BuiltCircuit): TestedGraph {
  const positions = run.tokens.length;
  const nodes: TestedNode[] = Array.from(features, (i) => {
    const feature = {
      kind: 'feature',
      layer: sources.layers[i]!,
      position: sources.positions[i]!,
      index: sources.indices[i]!,
    } as const;
    return { source: feature, activation: sources.activations[i]!, target: feature };
  });
  sources.errorNorms.forEach((norm, i) => {
    const error = { kind: 'error', layer: Math.floor(i / positions), position: i % positions } as const;
    nodes.push({ source: norm > 0 ? error : null, activation: 0, target: null });
  });
  for (const position of run.tokens.keys())
    nodes.push({ source: { kind: 'token', position }, activation: 0, target: null });
  for (const { target } of logits) nodes.push({ source: null, activation: 0, target });
  return { run, nodes, edges: circuit.edges, whole: true };
}

export interface VerifyQuestion {
  /** Indices of nodes; null: `count` random ones. */
  readonly nodes: readonly number[] | null;
  readonly count: number;
  readonly hold: GraphHold;
  /** In [0, 1). */
  readonly random: () => number;
}

/** As `GraphVerification`, nodes by their indices. */
export interface CircuitVerification extends Omit<GraphVerification, 'nodes' | 'worst' | 'sample'> {
  readonly nodes: readonly number[];
  readonly worst: readonly Comparison[];
  readonly sample: readonly Comparison[];
}

/** math.md 7.11, upstream's in float32. */
const FEATURES = { absolute: 5e-4, relative: 1e-5 };
const LOGITS = { absolute: 1e-5, relative: 1e-3 };

const MOST_WORST = 200;
const MOST_SAMPLED = 2000;
/** Nodes that one request doubles: others who ask the engine get their turn. */
const AT_ONCE = 16;

/**
 * Doubles nodes and compares. Where everything is held effects are the edges, but for rounding; otherwise the agreement says how far
 * the linear picture holds.
 * @param onDone told how many nodes are done, of how many
 * @throws Refusal when a node cannot be doubled; EngineError
 */
export async function verifyCircuit(
  { ask }: Pick<Laboratory, 'ask'>,
  graph: TestedGraph,
  { nodes, count, hold, random }: VerifyQuestion,
  signal: AbortSignal,
  onDone: (done: number, total: number) => void = () => undefined,
): Promise<CircuitVerification> {
  const doubled = nodes === null ? randomNodes(graph, count, random) : chosenNodes(graph, nodes);
  const targets = graph.nodes.flatMap(({ target }, node) => (target ? [{ node, target }] : []));
  const found = new Comparisons();
  const targetsAsked = targets.map(({ target }) => target);
  for (let from = 0; from < doubled.length; from += AT_ONCE) {
    const batch = doubled.slice(from, from + AT_ONCE);
    const effects: CircuitEffect[] = [];
    const left = () => batch.slice(effects.length).map((node) => [doubling(graph.nodes[node]!)]);
    await resumed(
      async () => {
        const params = { run: graph.run, changes: left(), hold, targets: targetsAsked, whole: false };
        await ask('circuitEffects', params, { signal, onPartial: (part) => effects.push(...part) });
      },
      () => effects.length,
      signal,
    );
    compare(graph, batch, targets, effects, found);
    onDone(from + batch.length, doubled.length);
  }
  const kindOf = ({ target }: Comparison) => graph.nodes[target]!.target!.kind;
  return {
    hold,
    nodes: doubled,
    features: found.agreement((pair) => kindOf(pair) === 'feature', FEATURES),
    logits: found.agreement((pair) => kindOf(pair) !== 'feature', LOGITS),
    worst: found.worst(MOST_WORST),
    sample: found.sample(MOST_SAMPLED),
  };
}

/** Whether every comparison is within its tolerance. */
export function agrees({ features, logits }: Record<'features' | 'logits', Agreement>): boolean {
  return features.within === features.edges && logits.within === logits.edges;
}

function doubling({ source, activation }: TestedNode): CircuitChange {
  return source!.kind === 'feature' ? { ...source!, value: 2 * activation } : { ...source!, factor: 2 };
}

function chosenNodes({ nodes }: TestedGraph, chosen: readonly number[]): number[] {
  const wrong = chosen.find((node) => !nodes[node]?.source);
  if (wrong !== undefined)
    throw new Refusal(
      nodes[wrong]?.target
        ? 'a logit cannot be doubled: choose features, errors or tokens'
        : 'there is no vector to double at one of the nodes: choose features, errors or tokens with an activation',
    );
  return [...new Set(chosen)];
}

/** So many of the nodes that can be doubled, in their order. */
function randomNodes({ nodes }: TestedGraph, count: number, random: () => number): number[] {
  const left = nodes.flatMap(({ source }, node) => (source ? [node] : []));
  const most = Math.min(count, left.length);
  for (let i = 0; i < most; i++) {
    const other = i + Math.floor(random() * (left.length - i));
    [left[i], left[other]] = [left[other]!, left[i]!];
  }
  return left.slice(0, most).sort((a, b) => a - b);
}

/** Puts the effects of doubled nodes beside their edges. */
function compare(
  graph: TestedGraph,
  batch: readonly number[],
  targets: readonly { readonly node: number }[],
  effects: readonly CircuitEffect[],
  found: Comparisons,
): void {
  const edges = edgeTable(graph, batch);
  batch.forEach((source, i) => {
    targets.forEach(({ node: target }, t) => {
      const edge = edges[i]!.get(target) ?? (graph.whole ? 0 : null);
      if (edge === null || !canReach(graph.nodes[source]!.source!, graph.nodes[target]!.target!)) return;
      found.add({ source, target, edge, effect: effects[i]!.targets[t]! });
    });
  });
}

/** Of each node in the batch: its edges by target. */
function edgeTable({ nodes, edges }: TestedGraph, batch: readonly number[]): Map<number, number>[] {
  const tables = batch.map(() => new Map<number, number>());
  const places = new Int32Array(nodes.length).fill(-1);
  batch.forEach((node, i) => {
    places[node] = i;
  });
  for (let i = 0; i < edges.weights.length; i++) {
    const place = places[edges.sources[i]!]!;
    if (place >= 0) tables[place]!.set(edges.targets[i]!, edges.weights[i]!);
  }
  return tables;
}

/** Causally; logits are at the end and above all layers. */
function canReach(source: CircuitSource, target: CircuitTarget): boolean {
  if (target.kind !== 'feature') return true;
  const layer = source.kind === 'token' ? -1 : source.layer;
  return layer < target.layer && source.position <= target.position;
}
