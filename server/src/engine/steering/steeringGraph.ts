/** Writes steering edits into a model's graph, in order at each hook point. */
import type { DictionaryAlgebra, Encoded } from '../../dictionaries/algebra';
import { headOf } from '../../dictionaries/splices';
import type { Builder } from '../../graph/builder';
import { splice, type Splice } from '../../graph/rewrite';
import type { Graph, Value } from '../../graph/types';
import { RunError } from '../feeds';
import type { DictionarySlots } from '../planGraph';
import { steeringChange, type SteeringFeed, steeringInput, type SteeringSlot, writtenHook } from './slots';

/** The graph with every edit at its hook point. @throws RunError where a hook point does not belong to positions */
export function spliceSteering(
  graph: Graph,
  dictionaries: DictionarySlots,
  slots: readonly SteeringSlot[],
): Graph {
  const steering = new Steering(dictionaries, slots);
  return splice(graph, new Map(steering.hooks.map((hook) => [hook, steering.at(hook)])));
}

class Steering {
  /** Dictionaries that read one hook point and write another. */
  private readonly transcoders: ReadonlySet<string>;
  /** By transcoder, what it read. */
  private readonly readings = new Map<string, Encoded>();
  /** By slot, the feature's activation after its edit. */
  private readonly values = new Map<number, Value>();

  constructor(
    private readonly dictionaries: DictionarySlots,
    private readonly slots: readonly SteeringSlot[],
  ) {
    const used = slots.flatMap((slot) => (slot.kind === 'feature' ? [slot.dictionary] : []));
    this.transcoders = new Set(
      used.filter((id) => {
        const { hookName, hookNameOut } = this.algebra(id).config;
        return hookName !== hookNameOut;
      }),
    );
  }

  /** Where something is written, or read for what is written elsewhere. */
  get hooks(): string[] {
    const written = this.slots.map((slot) => writtenHook(slot, this.dictionaries));
    const read = [...this.transcoders].map((id) => this.algebra(id).config.hookName);
    return [...new Set([...written, ...read])];
  }

  at(hook: string): Splice {
    return (b, x) => {
      const steered = this.write(b, hook, x);
      for (const id of this.transcoders) {
        const algebra = this.algebra(id);
        if (algebra.config.hookName === hook)
          this.readings.set(id, algebra.encode(b, headOf(b, steered, algebra)));
      }
      return steered;
    };
  }

  /** Consecutive edits of one dictionary's features share its encoding: what they set is what it then decodes. */
  private write(b: Builder, hook: string, x: Value): Value {
    let h = x;
    let shared = null as { readonly dictionary: string; readonly encoded: Encoded } | null;
    for (const [i, slot] of this.slots.entries()) {
      if (writtenHook(slot, this.dictionaries) !== hook) continue;
      if (slot.kind !== 'feature') {
        shared = null;
        h = edited(b, h, i, (flat) => (slot.kind === 'add' ? added(b, flat, i) : moved(b, flat, i)));
        continue;
      }
      const { dictionary, again } = slot;
      if (shared?.dictionary !== dictionary)
        shared = { dictionary, encoded: this.encoding(b, h, dictionary) };
      const { encoded } = shared;
      const change = this.featureChange(b, i, again, encoded);
      h = edited(b, h, i, (flat) => ({
        change,
        delta: decodedChange(b, this.algebra(dictionary), b.mul(change, vector(b, flat, i)), encoded),
      }));
    }
    return h;
  }

  private encoding(b: Builder, h: Value, dictionary: string): Encoded {
    const algebra = this.algebra(dictionary);
    if (!this.transcoders.has(dictionary)) return algebra.encode(b, headOf(b, h, algebra));
    const reading = this.readings.get(dictionary);
    if (reading) return reading;
    const { hookName, hookNameOut } = algebra.config;
    throw new RunError(
      `${dictionary} cannot steer: it reads ${hookName}, which comes after ${hookNameOut}, where it writes`,
    );
  }

  /** t(f) - f [batch, pos, 1], 0 outside the mask. */
  private featureChange(b: Builder, slot: number, again: number | null, { features }: Encoded): Value {
    const index = b.input(steeringInput(slot, 'feature'), [1], 'int64');
    const before = again === null ? b.take(features, index, -1) : this.values.get(again)!;
    const after = b.select(mask(b, slot), target(b, before, slot), before);
    this.values.set(slot, after);
    return b.sub(after, before);
  }

  private algebra(dictionary: string): DictionaryAlgebra {
    return this.dictionaries.get(dictionary)!.algebra;
  }
}

interface Edit {
  /** By how much it moves what it is about: [batch, pos, 1], or [1] where that is the same everywhere. */
  readonly change: Value;
  /** [batch, pos, width] */
  readonly delta: Value;
}

/** The activation with `delta` added where the mask says so; elsewhere it stays what it is, to the bit. */
function edited(b: Builder, h: Value, slot: number, edit: (flat: Value) => Edit): Value {
  const flat = flattened(b, h);
  const { change, delta } = edit(flat);
  b.hook(steeringChange(slot), b.select(mask(b, slot), change, b.scalar(0)));
  const result = b.select(mask(b, slot), b.add(flat, delta), flat);
  return flat === h ? result : b.reshape(result, h.shape);
}

function added(b: Builder, flat: Value, slot: number): Edit {
  const change = scalar(b, slot, 'amount');
  return { change, delta: b.mul(change, vector(b, flat, slot)) };
}

function moved(b: Builder, flat: Value, slot: number): Edit {
  const unit = vector(b, flat, slot);
  const along = b.sum(b.mul(flat, unit), [-1], true);
  const change = b.sub(target(b, along, slot), along);
  return { change, delta: b.mul(change, unit) };
}

/** t(x). */
function target(b: Builder, x: Value, slot: number): Value {
  const affine = b.add(b.mul(x, scalar(b, slot, 'factor')), scalar(b, slot, 'offset'));
  const most = scalar(b, slot, 'most');
  const lowered = b.select(b.step(b.sub(affine, most)), most, affine);
  const least = scalar(b, slot, 'least');
  return b.select(b.step(b.sub(least, lowered)), least, lowered);
}

/**
 * What decoding changes by when its linear part changes by `change` [batch, pos, width]: decode(f') - decode(f), in which
 * biases, skip connections and whatever else does not depend on the features cancel.
 */
function decodedChange(
  b: Builder,
  { config: { transcoder } }: DictionaryAlgebra,
  change: Value,
  { restore }: Encoded,
): Value {
  if (transcoder) return change;
  return b.sub(restore(b, change), restore(b, b.zerosLike(change)));
}

/** [batch, pos, ...inner] as [batch, pos, width]. */
function flattened(b: Builder, h: Value): Value {
  const [batch, pos, ...inner] = h.shape;
  const lengths = inner.filter((length) => typeof length === 'number');
  if (pos !== 'pos' || lengths.length !== inner.length || inner.length === 0)
    throw new RunError('steering needs a hook point that holds one vector for each position');
  if (inner.length === 1) return h;
  return b.reshape(h, [batch!, pos, lengths.reduce((a, c) => a * c, 1)]);
}

function mask(b: Builder, slot: number): Value {
  return b.input(steeringInput(slot, 'mask'), ['pos', 1]);
}

function vector(b: Builder, flat: Value, slot: number): Value {
  return b.input(steeringInput(slot, 'vector'), [flat.shape.at(-1)!]);
}

function scalar(b: Builder, slot: number, feed: SteeringFeed): Value {
  return b.input(steeringInput(slot, feed), [1]);
}
