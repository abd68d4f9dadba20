/** Leaving out what is known to be zero. */
import { rewrite } from './rewrite';
import { isOp, type Graph, type Node, type Value } from './types';

/**
 * The same program in which a linear map does not multiply parts of its input that are zeros: derivatives of queries and keys that do not
 * matter, in one matrix with those of values that do.
 */
export function withoutZeroParts(graph: Graph): Graph {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
  const isZero = (value: Value): boolean => {
    const node = makers.get(value);
    return node !== undefined && isOp(node, 'broadcastLike') && isScalarZero(makers.get(node.inputs[0]!));
  };
  const copies = new Map<Value, Value>();
  return rewrite(graph, (b, node, inputs) => {
    node.inputs.forEach((value, i) => copies.set(value, inputs[i]!));
    const joined = isOp(node, 'linear') && node.inputs.length === 2 ? makers.get(node.inputs[0]!) : undefined;
    if (!isOp(node, 'linear') || !joined || !isOp(joined, 'concat')) return null;
    const [x, weight] = [node.inputs[0]!, inputs[1]!];
    const parts = joined.inputs;
    if (joined.attributes.axis !== x.shape.length - 1 || !parts.some(isZero)) return null;
    const { transposed } = node.attributes;
    const sizes = parts.map((part) => part.shape.at(-1) as number);
    const weights = b.split(weight, transposed ? 1 : 0, sizes);
    const products = parts.flatMap((part, i) =>
      isZero(part) ? [] : [b.linear(copies.get(part)!, weights[i]!, null, transposed)],
    );
    return products.length === 0 ? null : [products.reduce((sum, product) => b.add(sum, product))];
  });
}

function isScalarZero(node: Node | undefined): boolean {
  if (!node || !isOp(node, 'constant')) return false;
  const { data, shape } = node.attributes;
  return shape.length === 0 && data[0] === 0;
}
