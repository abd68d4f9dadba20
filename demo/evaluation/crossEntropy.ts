import type { Tensor } from '../../server/src/engine/ort';
import { splice, type Splice } from '../../server/src/graph/rewrite';
import type { Builder } from '../../server/src/graph/builder';
import type { Graph, Value } from '../../server/src/graph/types';
import type { Encoded } from '../../server/src/dictionaries/algebra';
import type { LoadedDictionary } from './dictionaryFolder';

/** Input [batch, pos]: 1 where the activation is replaced, 0 at BOS, which dictionaries do not know. */
const replaced = 'replaced';

/** The feed for `replaced`. */
export function replacedFeed(windows: readonly Int32Array[], length: number, bos: number): Tensor {
  const data = Float32Array.from(
    windows.flatMap((ids) => Array.from(ids.subarray(0, length), (id) => Number(id !== bos))),
  );
  return { data, dims: [windows.length, length] };
}

/** x where it is not replaced, `instead` where it is. */
function replace(b: Builder, x: Value, instead: Value): Value {
  const mask = b.input(replaced, ['batch', 'pos']);
  const apart = b.reshape(mask, ['batch', 'pos', ...x.shape.slice(2).map(() => 1)]);
  return b.add(x, b.mul(apart, b.sub(instead, x)));
}

/** The model with its activation at a hook point set to zero. */
export function zeroAblation(hook: string): (graph: Graph) => Graph {
  return (graph) => splice(graph, new Map([[hook, (b: Builder, x: Value) => replace(b, x, b.scale(x, 0))]]));
}

/** The model running through a dictionary's reconstruction, without its error term. */
export function reconstructed({ algebra, config }: LoadedDictionary): (graph: Graph) => Graph {
  let encoded: Encoded | undefined;
  const read: Splice = (b, x) => {
    encoded = algebra.encode(b, x);
    return x;
  };
  const write: Splice = (b, x) => {
    const decoded = algebra.decode(b, encoded!.features, encoded!);
    return replace(b, x, b.reshape(decoded, x.shape));
  };
  const splices: [string, Splice][] =
    config.hookName === config.hookNameOut
      ? [[config.hookName, (b, x) => write(b, read(b, x))]]
      : [
          [config.hookName, read],
          [config.hookNameOut, write],
        ];
  return (graph) => splice(graph, new Map(splices));
}
