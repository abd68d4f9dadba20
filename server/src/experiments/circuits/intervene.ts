/** Changing nodes of a graph: from what a user asks to what the engine is asked, and from its answer to what is shown. */
import type {
  ChangedTarget,
  GraphHold,
  InsertedFeature,
  InterveneGraphParams,
} from '../../../../protocol/graphs';
import type {
  ChangedFeature,
  CircuitChange,
  CircuitEffect,
  CircuitTarget,
} from '../../engine/circuits/requests';
import type { Laboratory } from '../lab/laboratory';
import { Refusal } from '../lab/refusal';
import { divergence, logProbabilities, mean, strongest } from './distribution';
import { resumed } from './resume';
import type { TestedGraph, TestedNode } from './verify';

export interface NodeChange {
  /** Indices of nodes. */
  readonly nodes: readonly number[];
  readonly factor: number;
}

export interface Intervention extends Pick<InterveneGraphParams, 'inserts' | 'hold'> {
  readonly changes: readonly NodeChange[];
}

/** A logit target, by its index. */
export type NodeShift = Omit<ChangedTarget, 'node'> & { readonly node: number };

export interface InterventionEffect {
  readonly hold: GraphHold;
  /** Probabilities of the tokens likeliest before or after, the likeliest after first. */
  readonly tokens: readonly { readonly id: number; readonly before: number; readonly after: number }[];
  readonly targets: readonly NodeShift[];
  /** KL(before || after), in nats. */
  readonly kl: number;
  /** Those that changed most, with their nodes where they are some. */
  readonly changed: readonly (ChangedFeature & { readonly node: number | null })[];
}

/** Tokens that are shown of each distribution. */
const SHOWN_TOKENS = 10;

/**
 * @param logits of the unchanged run, behind the last token
 * @throws Refusal when something cannot be changed, or is changed twice; EngineError
 */
export async function intervene(
  { ask }: Pick<Laboratory, 'ask'>,
  graph: TestedGraph,
  { changes, inserts, hold }: Intervention,
  logits: Float32Array,
  signal: AbortSignal,
): Promise<InterventionEffect> {
  const made = circuitChanges(graph, changes, inserts);
  const read = graph.nodes.flatMap(({ target }, node) =>
    target && target.kind !== 'feature' ? [{ node, target }] : [],
  );
  const effects: CircuitEffect[] = [];
  const targets = read.map(({ target }) => target);
  await resumed(
    async () => {
      const params = { run: graph.run, changes: [made], hold, targets, whole: true };
      await ask('circuitEffects', params, { signal, onPartial: (part) => effects.push(...part) });
    },
    () => 0,
    signal,
  );
  const effect = effects.at(-1)!;
  return {
    hold,
    ...tokenShifts(logits, effect.logits!),
    targets: read.map(({ node, target }, i) => ({
      node,
      before: valueBefore(target, logits),
      change: effect.targets[i]!,
    })),
    changed: withNodes(effect.changed, graph.nodes),
  };
}

/**
 * What the engine changes. A feature that is inserted where a node is changed gets the inserted activation.
 * @throws Refusal
 */
export function circuitChanges(
  { nodes, run }: Pick<TestedGraph, 'nodes' | 'run'>,
  changes: readonly NodeChange[],
  inserts: readonly InsertedFeature[],
): CircuitChange[] {
  const made = new Map<number, CircuitChange>();
  for (const { nodes: members, factor } of changes) {
    if (!Number.isFinite(factor)) throw new Refusal('the factor is no number: give one such as 0 or 2');
    for (const node of new Set(members)) {
      if (made.has(node)) throw new Refusal('a node is changed twice: give it one factor');
      made.set(node, changed(nodes[node], factor));
    }
  }
  const set = insertions(inserts, run.tokens.length);
  const kept = [...made.values()].filter(
    (change) => change.kind !== 'feature' || !set.has(featureKey(change)),
  );
  const all = [...kept, ...set.values()];
  if (all.length === 0) throw new Refusal('nothing is changed: choose nodes, or features to insert');
  return all;
}

function changed(node: TestedNode | undefined, factor: number): CircuitChange {
  if (!node?.source) {
    throw new Refusal(
      node?.target
        ? 'a logit follows from what is below it: change features, errors or tokens'
        : 'a node has nothing to change',
    );
  }
  const { source, activation } = node;
  return source.kind === 'feature' ? { ...source, value: factor * activation } : { ...source, factor };
}

function insertions(inserts: readonly InsertedFeature[], positions: number): Map<string, CircuitChange> {
  const set = new Map<string, CircuitChange>();
  for (const { layer, index, position, activation } of inserts) {
    if (!Number.isFinite(activation))
      throw new Refusal(`feature ${index} of layer ${layer} is set to no number`);
    if (!(position >= 0 && position < positions))
      throw new Refusal(`there is no position ${position}: the prompt has ${positions} tokens`);
    const key = featureKey({ layer, index, position });
    if (set.has(key))
      throw new Refusal(
        `feature ${index} of layer ${layer} is inserted twice at position ${position}: insert it once`,
      );
    set.set(key, { kind: 'feature', layer, position, index, value: activation });
  }
  return set;
}

function featureKey({ layer, position, index }: Omit<InsertedFeature, 'activation'>): string {
  return `${layer} ${position} ${index}`;
}

function tokenShifts(before: Float32Array, after: Float32Array): Pick<InterventionEffect, 'tokens' | 'kl'> {
  const [was, is] = [logProbabilities(before), logProbabilities(after)];
  const shown = new Set([...strongest(is, SHOWN_TOKENS), ...strongest(was, SHOWN_TOKENS)]);
  const tokens = [...shown].map((id) => ({ id, before: Math.exp(was[id]!), after: Math.exp(is[id]!) }));
  return { tokens: tokens.sort((a, b) => b.after - a.after), kl: divergence(was, is) };
}

/** The value of a target in the unchanged run; null where logits do not tell. */
function valueBefore(target: CircuitTarget, logits: Float32Array): number | null {
  if (target.kind !== 'logits') return null;
  const sum = target.ids.reduce((total, id, i) => total + logits[id]! * target.weights[i]!, 0);
  const weight = target.weights.reduce((a, b) => a + b, 0);
  return target.centred ? sum - weight * mean(logits) : sum;
}

function withNodes(
  changes: readonly ChangedFeature[],
  nodes: readonly TestedNode[],
): InterventionEffect['changed'] {
  const places = new Map<string, number>();
  nodes.forEach(({ source }, node) => {
    if (source?.kind === 'feature') places.set(featureKey(source), node);
  });
  return changes.map((change) => ({ ...change, node: places.get(featureKey(change)) ?? null }));
}
