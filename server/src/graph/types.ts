/**
 * The graph IR: a program over named weights, in the order in which it runs.
 *
 * A graph is plain data. Everything a user asks for (capture, intervene, start from the middle, differentiate) is a
 * function from graph to graph; `lower.ts` turns the result into an ONNX model.
 */
import type { OpAttributes, OpName } from './ops';

/** A length: a number, or the name of one known only when the graph runs (`batch`, `pos`, `past+pos`). */
export type Dim = number | string;
export type Shape = readonly Dim[];
export type DType = 'float32' | 'int64';

/** The result of a node. Identity is object identity: a value belongs to the graph that made it. */
export interface Value {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One step of the program: outputs = op(inputs). */
export interface Node<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: OpAttributes[Op];
}

/** Nodes in an order in which every value is made before it is used, and the values wanted, by name. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly outputs: ReadonlyMap<string, Value>;
}

/** True when the node is an `op`; narrows its attributes. */
export function isOp<Op extends OpName>(node: Node, op: Op): node is Node<Op> {
  return node.op === op;
}

/** The values by hook point name, as they stand after any splice. */
export function hookPoints(graph: Graph): Map<string, Value> {
  const hooks = new Map<string, Value>();
  for (const node of graph.nodes) if (isOp(node, 'hook')) hooks.set(node.attributes.name, node.outputs[0]!);
  return hooks;
}
