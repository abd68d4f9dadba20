/** What the rest of the house needs of a file with tensors, whatever its format. */
import type { Dtype } from './dtypes';

/** Where one tensor lies in its file: little-endian, row-major unless it has strides. */
export interface TensorInfo {
  readonly dtype: Dtype;
  /** `[]` is a scalar; a 0 makes the tensor empty. */
  readonly shape: readonly number[];
  /** Counted from the start of the file, not of the data section. */
  readonly byteOffset: number;
  /** Of the range that holds every element; with strides it may be more or less than the elements need. */
  readonly byteLength: number;
  /** Elements from one to the next along each axis, where the tensor was saved as a view and is not row-major. */
  readonly strides?: readonly number[];
}

/** A file with named tensors whose header has been checked; tensor data is read when asked for. */
export interface TensorFile {
  /** Real path, symbolic links resolved (the Hugging Face cache is made of them). */
  readonly path: string;
  /** How users call the format: `safetensors`, `PyTorch`, `llama2.c`. */
  readonly format: string;
  /** SHA-256 of the header in hexadecimal; with size and time, the file's identity. */
  readonly headerHash: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * A tensor as float32, row-major (F32, F16, BF16 exact; F64 rounded).
   * @throws FileFormatError when there is no such tensor, it holds no floats, or the file has changed.
   */
  readFloat32(name: string): Float32Array;
  /** The little-endian bytes of a tensor, row-major, in a buffer of their own. @throws FileFormatError */
  readBytes(name: string): Uint8Array<ArrayBuffer>;
  /** @throws FileFormatError when the file is gone or no longer the one that was opened */
  checkUnchanged(): void;
}

/** Types that the runtime reads where they lie. */
const MAPPED_TYPES: ReadonlySet<Dtype> = new Set(['F32', 'F16', 'BF16']);

/** Can the runtime map the tensor from its file? Else it is held in memory as float32. */
export function isMappable({ dtype, strides }: TensorInfo): boolean {
  return strides === undefined && MAPPED_TYPES.has(dtype);
}

/** Can the tensor be computed with at all? */
export function isComputable({ dtype }: TensorInfo): boolean {
  return dtype === 'F64' || MAPPED_TYPES.has(dtype);
}
