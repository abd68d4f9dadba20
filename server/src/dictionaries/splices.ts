/** Putting dictionaries into a model's graph: beside it (reading features) or in it (the model runs through them). */
import type { Builder } from '../graph/builder';
import { rewrite, splice, type Splice } from '../graph/rewrite';
import { sameShape } from '../graph/shapes';
import { isOp, type Graph, type Value } from '../graph/types';
import type { DictionaryAlgebra, Encoded } from './algebra';

/** Name of a dictionary's features as a hook point (SAELens `hooked_sae_transformer.py`). */
export function featureHook(hookName: string): string {
  return `${hookName}.hook_sae_acts_post`;
}

/** Name of what a dictionary misses, as a hook point of a model that runs through it. */
export function errorHook(features: string): string {
  return features.replace(/hook_sae_acts_post$/, 'hook_sae_error');
}

/** Computes the features beside the model, which runs as it is; `hook` names them. */
export function attach(graph: Graph, algebra: DictionaryAlgebra, hook: string): Graph {
  return rewrite(graph, (b, node, [x]) => {
    if (!isOp(node, 'hook') || node.attributes.name !== algebra.config.hookName) return null;
    const value = b.hook(node.attributes.name, x!);
    b.hook(hook, algebra.encode(b, headOf(b, value, algebra)).features);
    return [value];
  });
}

/**
 * Lets the model run through the dictionary: its target becomes decode(features) + error, the error held constant, so that
 * nothing changes until somebody intervenes on the features. Without the error term the target is the reconstruction alone.
 */
export function spliceDictionary(
  graph: Graph,
  algebra: DictionaryAlgebra,
  hook: string,
  errorTerm: boolean,
): Graph {
  const { hookName, hookNameOut } = algebra.config;
  let read: Reading | null = null;
  const onRead: Splice = (b, x) => {
    const encoded = algebra.encode(b, headOf(b, x, algebra));
    read = { encoded, features: b.hook(hook, encoded.features) };
    return x;
  };
  const error = errorTerm ? errorHook(hook) : null;
  const onWrite: Splice = (b, target) => substitute(b, target, algebra, read!, error);
  const splices: [string, Splice][] =
    hookName === hookNameOut
      ? [[hookName, (b, x) => onWrite(b, onRead(b, x))]]
      : [
          [hookName, onRead],
          [hookNameOut, onWrite],
        ];
  return splice(graph, new Map(splices));
}

interface Reading {
  readonly encoded: Encoded;
  /** The features as a hook point: what an intervention changes. */
  readonly features: Value;
}

function substitute(
  b: Builder,
  target: Value,
  algebra: DictionaryAlgebra,
  { encoded, features }: Reading,
  error: string | null,
): Value {
  const old = headOf(b, target, algebra);
  const decoded = like(b, algebra.decode(b, features, encoded), old);
  if (error === null) return writeHead(b, target, old, decoded, algebra);
  const clean = like(b, algebra.decode(b, encoded.features, encoded), old);
  const missed = b.hook(error, b.stopGradient(b.sub(old, clean)));
  return writeHead(b, target, old, b.add(decoded, missed), algebra);
}

/** The part that the dictionary reads: everything, or one head of [batch, pos, head, dHead]. */
export function headOf(b: Builder, x: Value, { config }: DictionaryAlgebra): Value {
  if (config.hookHeadIndex === null) return x;
  const [batch, pos, , width] = x.shape;
  return b.reshape(b.take(x, headIndex(b, config.hookHeadIndex), 2), [batch!, pos!, width!]);
}

function writeHead(b: Builder, target: Value, old: Value, now: Value, { config }: DictionaryAlgebra): Value {
  if (config.hookHeadIndex === null) return now;
  const [batch, pos, , width] = target.shape;
  const change = b.reshape(b.sub(now, old), [batch!, pos!, 1, width!]);
  const [spread] = b.emit('addTaken', [target, headIndex(b, config.hookHeadIndex), change], { axis: 2 });
  return b.add(target, spread!);
}

function headIndex(b: Builder, head: number): Value {
  return b.constant(BigInt64Array.of(BigInt(head)), [1]);
}

/** The reconstruction in the shape of what it stands for (hook_z has its heads apart). */
function like(b: Builder, flat: Value, target: Value): Value {
  return sameShape(flat.shape, target.shape) ? flat : b.reshape(flat, target.shape);
}
