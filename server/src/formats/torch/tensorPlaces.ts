/** From pickled tensors to ranges of the file, each checked against its storage. */
import { byteLengthOf, dtypeBits, type Dtype } from '../dtypes';
import { FileFormatError } from '../errors';
import { describe } from '../json';
import { isRowMajor, spanOf } from '../strides';
import type { TensorInfo } from '../tensorFile';
import { DAMAGED } from './byteReader';
import type { PickledFile, StoragePlace } from './checkpoint';
import { dtypeNamed } from './rebuild';
import type { Storage, TensorView } from './values';

/** A view is copied when it is read: one that repeats few numbers could be of any size. */
const LARGEST_REPEATED = 64 * 2 ** 20;

export class TensorPlaces {
  constructor(
    private readonly path: string,
    private readonly fileSize: number,
    private readonly pickled: PickledFile,
  ) {}

  /** @throws FileFormatError naming the tensor when the file does not hold all of it */
  find(name: string, view: TensorView): TensorInfo {
    const dtype = this.dtypeOf(name, view);
    const [shape, strides] = [this.numbers(name, view.shape), this.numbers(name, view.strides)];
    const length = byteLengthOf(dtype, shape);
    if (length === null) throw this.refuse(name, `has an impossible shape [${shape.join(', ')}]`);
    const place = this.placeOf(name, view.storage);
    const width = dtypeBits[dtype] / 8;
    this.checkSpan(name, view, width);
    const byteOffset = place.offset + skipped(view.storage) + Number(view.offset) * width;
    if (isRowMajor(shape, strides)) return { dtype, shape, byteOffset, byteLength: length };
    if (length > Math.max(this.fileSize, LARGEST_REPEATED)) {
      throw this.refuse(name, `repeats the numbers of its storage up to ${length} bytes`);
    }
    return { dtype, shape, byteOffset, byteLength: spanOf(shape, strides) * width, strides };
  }

  private dtypeOf(name: string, { storage, dtype: given }: TensorView): Dtype {
    const dtype = given ? dtypeNamed(given) : storage.dtype;
    if (dtype !== null) return dtype;
    throw new FileFormatError(
      this.path,
      `tensor ${describe(name)} is of type ${given?.path ?? storage.typeName}, which is not read`,
      'Save it as float32, float16 or bfloat16',
    );
  }

  private numbers(name: string, values: readonly bigint[]): number[] {
    const large = values.find((value) => value > BigInt(Number.MAX_SAFE_INTEGER));
    if (large === undefined) return values.map(Number);
    throw this.refuse(name, `has an impossible length or stride ${large.toString()}`);
  }

  /** Where the storage lies, checked against what the pickle says of it. */
  private placeOf(name: string, storage: Storage): StoragePlace {
    const { key, elements, viewOffset } = storage;
    const place = this.pickled.locate(key);
    if (!place) throw this.refuse(name, `needs the storage ${describe(key)}, which is missing`);
    const needed = (viewOffset + elements) * BigInt(widthOf(storage));
    if (needed <= BigInt(place.length)) return place;
    throw this.refuse(name, `needs a storage of ${needed.toString()} bytes, and it has ${place.length}`);
  }

  /** Strides are no negative numbers, so that the last element is the farthest. */
  private checkSpan(name: string, view: TensorView, width: number): void {
    if (view.shape.includes(0n)) return;
    const bytes = view.storage.elements * BigInt(widthOf(view.storage));
    const last = view.shape.reduce((sum, size, axis) => sum + (size - 1n) * view.strides[axis]!, view.offset);
    if ((last + 1n) * BigInt(width) <= bytes) return;
    throw this.refuse(name, `of [${view.shape.join(', ')}] reaches beyond its storage of ${bytes} bytes`);
  }

  private refuse(name: string, problem: string): FileFormatError {
    return new FileFormatError(this.path, `tensor ${describe(name)} ${problem}`, DAMAGED);
  }
}

/** Bytes an element; a storage of unknown type is counted in bytes. */
function widthOf({ dtype }: Storage): number {
  return dtypeBits[dtype ?? 'U8'] / 8;
}

/** Bytes of the file's storage before the first of this one. */
function skipped(storage: Storage): number {
  return Number(storage.viewOffset) * widthOf(storage);
}
