/** Reading lengths where they cost nothing. */
import { rewrite } from './rewrite';
import { sameShape } from './shapes';
import { isOp, type Graph, type Value } from './types';

/**
 * The same program in which what is only asked for its lengths is not computed for them: an input of the same shape, names included, has
 * them too (the last one that was declared is asked). Reverse mode asks so for the shapes of sums and means.
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
    return [b.broadcastLike(x, fed.findLast(({ shape }) => sameShape(shape, like.shape)) ?? like)];
  });
}
