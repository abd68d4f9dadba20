/** Reading lengths where they cost nothing. */
import type { Builder } from './builder';
import { rewrite } from './rewrite';
import { sameShape } from './shapes';
import { isOp, type Graph, type Shape, type Value } from './types';

/**
 * The same program in which what is only asked for its lengths is not computed for them: an input of the same shape, names included, has
 * them too (the last one that was declared is asked), or one whose first lengths are those that have names. Reverse mode asks so for the
 * shapes of sums, means and parts that do not matter.
 */
export function lengthsFromInputs(graph: Graph): Graph {
  const fed: Value[] = [];
  return rewrite(graph, (b, node, inputs) => {
    if (isOp(node, 'input')) {
      const { name, shape, dtype } = node.attributes;
      const value = b.input(name, shape, dtype);
      fed.push(value);
      return [value];
    }
    if (!isOp(node, 'broadcastLike')) return null;
    const [x, like] = inputs as [Value, Value];
    if (sameShape(x.shape, like.shape)) return [x];
    const same = fed.findLast(({ shape }) => sameShape(shape, like.shape));
    return [b.broadcastLike(x, same ?? zerosOf(b, like.shape, fed) ?? like)];
  });
}

/** Zeros of a shape, from an input that begins with all of its named lengths; null where there is none. */
function zerosOf(b: Builder, shape: Shape, fed: readonly Value[]): Value | null {
  const named = shape.findLastIndex((dim) => typeof dim === 'string') + 1;
  const [front, inner] = [shape.slice(0, named), shape.slice(named)];
  const source = fed.findLast(
    (input) => input.dtype === 'float32' && sameShape(input.shape.slice(0, named), front),
  );
  if (!source || named === 0) return null;
  const axes = source.shape.slice(named).map((_, i) => named + i);
  const zeros = b.zerosLike(source);
  const column = b.reshape(axes.length === 0 ? zeros : b.sum(zeros, axes), [...front, ...inner.map(() => 1)]);
  const sizes = inner.map(Number);
  return b.add(column, b.constant(new Float32Array(sizes.reduce((x, y) => x * y, 1)), sizes));
}
