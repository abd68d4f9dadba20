/** Pickled tensors and storages, read from the arguments that PyTorch's own functions would get (`torch/_utils.py`). */
import type { Dtype } from '../dtypes';
import { FileFormatError } from '../errors';
import { DAMAGED } from './byteReader';
import { describeValue, Global, type PickleValue, Storage, TensorView, Tuple } from './values';

/** Storage classes, which old files also name in the modules `torch.cuda` and `torch.storage`. */
const STORAGE_TYPES: Readonly<Record<string, Dtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
  ComplexFloatStorage: 'C64',
  UntypedStorage: 'U8',
};

const DTYPES: Readonly<Record<string, Dtype>> = {
  'torch.float64': 'F64',
  'torch.float32': 'F32',
  'torch.float16': 'F16',
  'torch.bfloat16': 'BF16',
  'torch.int64': 'I64',
  'torch.int32': 'I32',
  'torch.int16': 'I16',
  'torch.int8': 'I8',
  'torch.uint64': 'U64',
  'torch.uint32': 'U32',
  'torch.uint16': 'U16',
  'torch.uint8': 'U8',
  'torch.bool': 'BOOL',
  'torch.complex64': 'C64',
  'torch.float8_e4m3fn': 'F8_E4M3',
  'torch.float8_e4m3fnuz': 'F8_E4M3FNUZ',
  'torch.float8_e5m2': 'F8_E5M2',
  'torch.float8_e5m2fnuz': 'F8_E5M2FNUZ',
  'torch.float8_e8m0fnu': 'F8_E8M0',
};

/** The element type that a dtype object names, or null. */
export function dtypeNamed({ path }: Global): Dtype | null {
  return Object.hasOwn(DTYPES, path) ? DTYPES[path]! : null;
}

/** (storage, offset, shape, strides, ...) @throws FileFormatError */
export function rebuildTensor(args: readonly PickleValue[], file: string): TensorView {
  return view(args, null, file);
}

/** (storage, offset, shape, strides, requires_grad, hooks, dtype, ...): the storage is bytes. @throws FileFormatError */
export function rebuildTypedTensor(args: readonly PickleValue[], file: string): TensorView {
  const dtype = args[6];
  if (!(dtype instanceof Global)) throw wrongTensor('a tensor without a dtype', file);
  return view(args, dtype, file);
}

function view(args: readonly PickleValue[], dtype: Global | null, file: string): TensorView {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof Storage)) {
    throw wrongTensor(`a tensor without a storage, but with ${describeValue(storage ?? null)}`, file);
  }
  const lengths = counts(shape, 'shape', file);
  const steps = counts(strides, 'strides', file);
  if (lengths.length !== steps.length) throw wrongTensor('a tensor with more lengths than strides', file);
  return new TensorView(storage, count(offset, 'offset', file), lengths, steps, dtype);
}

/** The storage that a persistent id means: ("storage", class, key, location, elements[, view]). @throws FileFormatError */
export function storageOf(id: PickleValue, file: string): Storage {
  const [kind, type, key, , elements, view] = id instanceof Tuple ? id.items : [];
  if (kind === 'module') {
    throw new FileFormatError(
      file,
      'it holds a whole module with its Python source',
      "Save the module's state_dict() instead",
    );
  }
  if (kind !== 'storage' || !(type instanceof Global) || typeof key !== 'string') {
    throw new FileFormatError(file, 'it refers to something that is no storage', DAMAGED);
  }
  const typeName = type.path.slice(type.path.lastIndexOf('.') + 1);
  const dtype = Object.hasOwn(STORAGE_TYPES, typeName) ? STORAGE_TYPES[typeName]! : null;
  if (view instanceof Tuple) {
    const [, offset, length] = view.items;
    return new Storage(key, dtype, typeName, count(length, 'length', file), count(offset, 'offset', file));
  }
  return new Storage(key, dtype, typeName, count(elements, 'length', file));
}

/** No model has tensors of more axes; NumPy stops at 64 as well. */
const MOST_AXES = 64;

function counts(value: PickleValue | undefined, what: string, file: string): bigint[] {
  if (!(value instanceof Tuple) || value.items.length > MOST_AXES) {
    throw wrongTensor(`a tensor whose ${what} is ${describeValue(value ?? null)}`, file);
  }
  return value.items.map((item) => count(item, what, file));
}

function count(value: PickleValue | undefined, what: string, file: string): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'bigint' && value >= 0n) return value;
  throw wrongTensor(`a tensor or storage with an impossible ${what}`, file);
}

function wrongTensor(what: string, file: string): FileFormatError {
  return new FileFormatError(file, `it describes ${what}`, DAMAGED);
}
