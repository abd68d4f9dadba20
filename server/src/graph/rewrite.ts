/** Transformations of a graph: copy with changes, splice at a hook point, start from the middle, drop what is unused. */
import { Builder } from './builder';
import { isOp, type Graph, type Node, type Shape, type Value } from './types';

export class UnknownHookError extends Error {
  constructor(readonly hook: string) {
    super(`the graph has no hook point ${hook}`);
  }
}

/** Writes into the new graph instead of a plain copy of `node`; inputs are already the new ones. Null keeps the copy. */
export type Rewriter = (builder: Builder, node: Node, inputs: readonly Value[]) => readonly Value[] | null;

/** A copy of the graph in which some nodes are written anew. */
export function rewrite(graph: Graph, rewriter: Rewriter): Graph {
  const builder = new Builder();
  const copies = inline(builder, graph, rewriter);
  for (const [name, value] of graph.outputs) builder.output(name, copies.get(value)!);
  return builder.build();
}

/** Writes a copy of the graph behind what the builder holds, some nodes anew. Returns what became of each value. */
export function inline(builder: Builder, graph: Graph, rewriter: Rewriter): ReadonlyMap<Value, Value> {
  const copies = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => copies.get(value)!);
    const outputs = rewriter(builder, node, inputs) ?? copyNode(builder, node, inputs);
    node.outputs.forEach((value, i) => copies.set(value, outputs[i]!));
  }
  return copies;
}

/** The same program where a length that had a name is known. */
export function withLength(graph: Graph, name: string, length: number): Graph {
  const known = (shape: Shape) => shape.map((dim) => (dim === name ? length : dim));
  return rewrite(graph, (builder, node, [x]) => {
    if (isOp(node, 'input')) {
      const { shape, dtype } = node.attributes;
      return [builder.input(node.attributes.name, known(shape), dtype)];
    }
    return isOp(node, 'reshape') ? [builder.reshape(x!, known(node.attributes.shape))] : null;
  });
}

function copyNode(builder: Builder, node: Node, inputs: readonly Value[]): readonly Value[] {
  if (isOp(node, 'input')) {
    return [builder.input(node.attributes.name, node.attributes.shape, node.attributes.dtype)];
  }
  if (isOp(node, 'weight')) return [builder.weight(node.attributes.name, node.attributes.shape)];
  return builder.emit(node.op, inputs, node.attributes);
}

/** What to compute at a hook point instead of its value; the hook point then names the result. */
export type Splice = (builder: Builder, x: Value) => Value;

/** Applies each splice at its hook point. Throws UnknownHookError for a name that the graph lacks. */
export function splice(graph: Graph, splices: ReadonlyMap<string, Splice>): Graph {
  return atHooks(graph, splices, (builder, name, x, change) => builder.hook(name, change(builder, x)));
}

/**
 * Applies each splice between its hook point, which keeps its value, and whatever reads it. Throws UnknownHookError for a name
 * that the graph lacks.
 */
export function spliceBehind(graph: Graph, splices: ReadonlyMap<string, Splice>): Graph {
  return atHooks(graph, splices, (builder, name, x, change) => change(builder, builder.hook(name, x)));
}

function atHooks(
  graph: Graph,
  splices: ReadonlyMap<string, Splice>,
  write: (builder: Builder, name: string, x: Value, change: Splice) => Value,
): Graph {
  const missing = new Set(splices.keys());
  const spliced = rewrite(graph, (builder, node, [x]) => {
    if (!isOp(node, 'hook')) return null;
    const { name } = node.attributes;
    const change = splices.get(name);
    if (!change) return null;
    missing.delete(name);
    return [write(builder, name, x!, change)];
  });
  for (const name of missing) throw new UnknownHookError(name);
  return spliced;
}

/** Starts the graph at hook points: each becomes an input of the same name. What only led to them is dropped. */
export function cut(graph: Graph, hooks: readonly string[]): Graph {
  const cuts = hooks.map((name): [string, Splice] => [name, (b, x) => b.input(name, x.shape, x.dtype)]);
  return slice(splice(graph, new Map(cuts)));
}

/** The graph without the nodes that no output needs. */
export function slice(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.values());
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    kept.push(node);
    for (const value of node.inputs) needed.add(value);
  }
  return { nodes: kept.reverse(), outputs: graph.outputs };
}

/** The same program with other results, sliced to what they need. */
export function withOutputs(graph: Graph, outputs: ReadonlyMap<string, Value>): Graph {
  return slice({ nodes: graph.nodes, outputs });
}
