/** Reverse mode: extends a graph by the nodes that compute derivatives of one of its values. */
import { Builder } from './builder';
import type { OpName } from './ops';
import { isOp, type Graph, type Node, type Value } from './types';
import { vjpTable } from './vjp';

/**
 * Adds to `graph` the derivatives of sum(of) with respect to each value of `wrt`, in their order.
 *
 * `wrt` may hold hook points, weights and inputs alike. Where `of` does not depend on a value its derivative is zeros.
 * @returns the extended graph (outputs unchanged) and the derivatives, each with the shape of its value
 */
export function gradient(
  graph: Graph,
  of: Value,
  wrt: readonly Value[],
): { readonly graph: Graph; readonly gradients: readonly Value[] } {
  const builder = new Builder(graph);
  const depends = dependents(graph, wrt);
  const cotangents = new Map<Value, Value>();
  if (depends.has(of)) cotangents.set(of, onesLike(builder, of));
  for (const node of graph.nodes.toReversed()) {
    if (!node.inputs.some((value) => depends.has(value))) continue;
    pullBack(builder, node, cotangents, depends);
  }
  const gradients = wrt.map((value) => cotangents.get(value) ?? builder.zerosLike(value));
  return { graph: builder.build(), gradients };
}

/** Everything that leads from `wrt` forward; what is frozen by stopGradient leads nowhere. */
function dependents(graph: Graph, wrt: readonly Value[]): Set<Value> {
  const depends = new Set(wrt);
  for (const node of graph.nodes) {
    if (isOp(node, 'stopGradient') || !node.inputs.some((value) => depends.has(value))) continue;
    for (const value of node.outputs) if (value.dtype === 'float32') depends.add(value);
  }
  return depends;
}

function pullBack<Op extends OpName>(
  b: Builder,
  node: Node<Op>,
  cotangents: Map<Value, Value>,
  depends: Set<Value>,
): void {
  const incoming = node.outputs.map((value) => cotangents.get(value) ?? null);
  if (incoming.every((cotangent) => cotangent === null)) return;
  const wanted = node.inputs.map((value) => depends.has(value));
  const { inputs, outputs, attributes } = node;
  const flowing = vjpTable[node.op]({ b, inputs, outputs, attributes, cotangents: incoming, wanted });
  flowing.forEach((cotangent, i) => {
    if (!cotangent || !wanted[i]) return;
    const value = inputs[i]!;
    const known = cotangents.get(value);
    cotangents.set(value, known ? b.add(known, cotangent) : cotangent);
  });
}

function onesLike(b: Builder, of: Value): Value {
  return b.broadcastLike(b.scalar(1), of);
}
