/** What a pickle can turn into here: plain data. Nothing of it does anything, whatever the pickle names. */
import type { Dtype } from '../dtypes';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Global
  | List
  | Tuple
  | SetOf
  | Dict
  | Instance
  | Storage
  | TensorView;

/** The name of something in a Python module: a class, a function, a dtype. Only ever a name. */
export class Global {
  /** `module.name`. */
  readonly path: string;

  constructor(module: string, name: string) {
    this.path = `${module}.${name}`;
  }
}

export class List {
  readonly items: PickleValue[] = [];
}

export class Tuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

export class SetOf {
  readonly items: PickleValue[] = [];
}

export class Dict {
  readonly entries = new Map<PickleValue, PickleValue>();
}

/** What the pickle would have made by a class or function that is not known here: kept as a record, never made. */
export class Instance {
  /** What `__setstate__` would have got. */
  state: PickleValue = null;
  /** Elements, where the object is a list of some kind. */
  readonly items: PickleValue[] = [];
  /** Entries, where it is a dict of some kind. */
  readonly entries = new Map<PickleValue, PickleValue>();

  constructor(
    readonly maker: PickleValue,
    readonly args: PickleValue,
  ) {}
}

/** The bytes behind one or several tensors, somewhere else in the file. */
export class Storage {
  constructor(
    /** Name within the file. */
    readonly key: string,
    /** Element type, or null when it is none that can be read. */
    readonly dtype: Dtype | null,
    /** PyTorch's name of the type, for messages. */
    readonly typeName: string,
    /** Number of elements. */
    readonly elements: bigint,
    /** Elements of the file's storage before the first of this one (files before PyTorch 1.6). */
    readonly viewOffset = 0n,
  ) {}
}

/** A tensor as pickled: a window on a storage. Nothing of it has been checked against the storage. */
export class TensorView {
  constructor(
    readonly storage: Storage,
    /** Elements before the first. */
    readonly offset: bigint,
    readonly shape: readonly bigint[],
    /** In elements. */
    readonly strides: readonly bigint[],
    /** In place of the storage's own type, where that is bytes. */
    readonly dtype: Global | null,
  ) {}
}

/** A short description of a value for error messages. */
export function describeValue(value: PickleValue): string {
  if (value instanceof Global) return value.path;
  if (value instanceof List) return `a list of ${value.items.length}`;
  if (value instanceof Tuple) return `a tuple of ${value.items.length}`;
  if (value instanceof SetOf) return 'a set';
  if (value instanceof Dict) return `a dict of ${value.entries.size}`;
  if (value instanceof Instance) return `an object of ${describeMaker(value)}`;
  if (value instanceof Storage) return 'a storage';
  if (value instanceof TensorView) return 'a tensor';
  if (value instanceof Uint8Array) return 'bytes';
  return typeof value === 'string' ? 'a text' : String(value);
}

/** The class or function of an instance, as text. */
export function describeMaker({ maker }: Instance): string {
  return maker instanceof Global ? maker.path : 'an unknown class';
}
