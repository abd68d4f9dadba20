import { FileFormatError } from '../errors';
import type { JsonObject } from '../json';
import { DAMAGED } from './byteReader';
import { Dict, Global, Instance, List, type PickleValue, SetOf, Storage, TensorView, Tuple } from './values';

/** Pickles can hold one list in two places, and so a small one can stand for any number of values. */
const MOST_VALUES = 1_000_000;
const DEEPEST = 100;

/**
 * Pickled data as JSON: dicts and the state of records as objects, lists, tuples and sets as arrays, dtypes and other names as texts.
 * Tensors and bytes are left out of objects and null in arrays.
 * @throws FileFormatError when it is nested too deep, goes round in a circle, or is beyond every measure
 */
export function plain(value: PickleValue, file: string): unknown {
  return new Plain(file).convert(value, 0);
}

/** The same for a dict or a record; null for anything else. @throws FileFormatError */
export function plainObject(value: PickleValue, file: string): JsonObject | null {
  if (!(value instanceof Dict || value instanceof Instance)) return null;
  return plain(value, file) as JsonObject;
}

class Plain {
  private values = 0;

  constructor(private readonly file: string) {}

  convert(value: PickleValue, depth: number): unknown {
    if (depth > DEEPEST) throw this.refuse(`its data is nested more than ${DEEPEST} deep`);
    if (++this.values > MOST_VALUES) throw this.refuse(`its data has more than ${MOST_VALUES} values`);
    if (value instanceof Dict) return this.object([value.entries], depth);
    if (value instanceof Instance) return this.object(partsOf(value), depth);
    if (value instanceof List || value instanceof Tuple || value instanceof SetOf) {
      return value.items.map((item) => this.convert(item, depth + 1) ?? null);
    }
    if (value instanceof Global) return value.path;
    if (value instanceof TensorView || value instanceof Storage || value instanceof Uint8Array)
      return undefined;
    return typeof value === 'bigint' ? String(value) : value;
  }

  private object(parts: readonly ReadonlyMap<PickleValue, PickleValue>[], depth: number): JsonObject {
    const object: Record<string, unknown> = {};
    for (const part of parts) {
      for (const [key, value] of part) {
        const name = nameOf(key);
        const converted = name === null ? undefined : this.convert(value, depth + 1);
        if (name === null || converted === undefined) continue;
        // Assignment to the name __proto__ would be lost or worse.
        Object.defineProperty(object, name, {
          value: converted,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
    }
    return object;
  }

  private refuse(reason: string): FileFormatError {
    return new FileFormatError(this.file, reason, DAMAGED);
  }
}

/** JSON has only texts for keys. */
function nameOf(key: PickleValue): string | null {
  if (typeof key === 'number' || typeof key === 'boolean') return String(key);
  return typeof key === 'string' ? key : null;
}

/** A record's own entries and its state; objects with slots have a pair of states. */
function partsOf({ entries, state }: Instance): ReadonlyMap<PickleValue, PickleValue>[] {
  const states = state instanceof Tuple ? state.items : [state];
  return [entries, ...states.filter((part) => part instanceof Dict).map((part) => part.entries)];
}
