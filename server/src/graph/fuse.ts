/**
 * Replaces the written-out layer normalisation by the one-step `normalize` where nobody steps in between.
 *
 * Model files state (x - mean) / sqrt(mean((x - mean)^2) + epsilon) with the hook points that lie inside; a run that does
 * not intervene on the scale (nor freeze it) gets the fused kernel and its shorter derivative.
 */
import type { Builder } from './builder';
import { rewrite } from './rewrite';
import { isOp, type Graph, type Node, type Value } from './types';

interface NormPattern {
  readonly x: Value;
  readonly epsilon: number;
  readonly scaleHook: string;
}

/**
 * The graph with every plain layer normalisation fused, but for those whose scale is in `apart`.
 *
 * A derivative with respect to a scale holds the centred input fixed, so such a scale must stay written out.
 */
export function fuseNorms(graph: Graph, apart: ReadonlySet<string> = new Set()): Graph {
  const producers = new Map<Value, Node>();
  for (const node of graph.nodes) for (const value of node.outputs) producers.set(value, node);
  const patterns = new Map<Node, NormPattern>();
  const byScale = new Map<Node, Node>();
  for (const node of graph.nodes) {
    const match = matchNorm(node, producers);
    if (!match || apart.has(match.pattern.scaleHook)) continue;
    patterns.set(node, match.pattern);
    byScale.set(match.scaleNode, node);
  }
  return rewriteNorms(graph, patterns, byScale);
}

/** normalize is written where the scale's hook stood, so that both results exist when they are first read. */
function rewriteNorms(graph: Graph, patterns: Map<Node, NormPattern>, byScale: Map<Node, Node>): Graph {
  const copies = new Map<Value, Value>();
  const fused = new Map<Node, Value>();
  return rewrite(graph, (builder, node, inputs) => {
    const owner = byScale.get(node);
    node.inputs.forEach((value, i) => copies.set(value, inputs[i]!));
    if (owner) return [emitNorm(builder, patterns.get(owner)!, copies, (value) => fused.set(owner, value))];
    const normalized = fused.get(node);
    return normalized ? [normalized] : null;
  });
}

function emitNorm(
  builder: Builder,
  pattern: NormPattern,
  copies: ReadonlyMap<Value, Value>,
  keep: (normalized: Value) => void,
): Value {
  const [normalized, scale] = builder.emit('normalize', [copies.get(pattern.x)!], {
    epsilon: pattern.epsilon,
  });
  keep(normalized!);
  return builder.hook(pattern.scaleHook, scale!);
}

/** Recognises div(sub(x, mean x), hook(sqrt(add(mean(square(sub)), epsilon)))). */
function matchNorm(
  node: Node,
  producers: Map<Value, Node>,
): { pattern: NormPattern; scaleNode: Node } | null {
  const from = (value: Value | undefined) => (value ? producers.get(value) : undefined);
  if (!isOp(node, 'div')) return null;
  const [centred, scaleNode] = node.inputs.map(from);
  if (!centred || !isOp(centred, 'sub') || !scaleNode || !isOp(scaleNode, 'hook')) return null;
  const sum = chain(from, scaleNode, ['sqrt', 'add']);
  const [variance, epsilon] = (sum?.inputs ?? []).map(from);
  if (!variance || !isOp(variance, 'mean') || !epsilon || !isOp(epsilon, 'constant')) return null;
  const square = from(variance.inputs[0]);
  const mean = from(centred.inputs[1]);
  if (!square || !isOp(square, 'square') || square.inputs[0] !== centred.outputs[0]) return null;
  if (!mean || !isOp(mean, 'mean') || mean.inputs[0] !== centred.inputs[0]) return null;
  const pattern = {
    x: centred.inputs[0]!,
    epsilon: Number(epsilon.attributes.data[0]),
    scaleHook: scaleNode.attributes.name,
  };
  return { pattern, scaleNode };
}

/** Follows the first input through the named operations. */
function chain(from: (value: Value | undefined) => Node | undefined, start: Node, ops: readonly string[]) {
  let node: Node | undefined = start;
  for (const op of ops) {
    node = from(node.inputs[0]);
    if (node?.op !== op) return undefined;
  }
  return node;
}
