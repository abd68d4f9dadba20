import { createHash } from 'node:crypto';
import { realpathSync, statSync, type Stats } from 'node:fs';
import { FileFormatError, fileError } from './errors';
import { bfloat16ToFloat32, float16ToFloat32 } from './float';
import { readRange, withRegularFile } from './regularFile';
import { parseHeader, type SafetensorsHeader, type TensorInfo } from './safetensorsHeader';

/** A safetensors file whose header has been checked; tensor data is read when asked for. */
export interface SafetensorsFile extends SafetensorsHeader {
  /** Real path, symbolic links resolved (the Hugging Face cache is made of them). */
  readonly path: string;
  /** SHA-256 of the header's JSON in hexadecimal; with size and time, the file's identity. */
  readonly headerHash: string;
  readonly size: number;
  readonly mtimeMs: number;
  /**
   * A tensor as float32, row-major (F32, F16, BF16 exact; F64 rounded).
   * @throws FileFormatError when there is no such tensor, it holds no floats, or the file has changed.
   */
  readFloat32(name: string): Float32Array;
  /** The raw little-endian bytes of a tensor, in a buffer of their own. @throws FileFormatError */
  readBytes(name: string): Uint8Array<ArrayBuffer>;
  /** @throws FileFormatError when the file is gone or no longer the one that was opened */
  checkUnchanged(): void;
}

/** Limit of the format itself. */
const largestHeader = 100_000_000;
const damaged = 'The file is damaged or was not written by safetensors: download or save it again';

/**
 * Opens a safetensors file: reads and checks its header only, and keeps no file handle.
 * @throws FileFormatError naming the file, the reason and the cure; nothing else, whatever the bytes.
 */
export function openSafetensors(path: string): SafetensorsFile {
  try {
    const real = realpathSync(path);
    return withRegularFile(real, (descriptor, stat) => readHeader(real, descriptor, stat));
  } catch (error) {
    throw fileError(path, error);
  }
}

function readHeader(path: string, descriptor: number, stat: Stats): SafetensorsFile {
  if (stat.size < 8)
    throw new FileFormatError(path, `${stat.size} bytes are too few for a safetensors file`, damaged);
  const length = new DataView(readRange(path, descriptor, 0, 8).buffer).getBigUint64(0, true);
  if (length > BigInt(largestHeader) || length > BigInt(stat.size - 8)) {
    throw new FileFormatError(path, `it announces a header of ${length.toString()} bytes`, damaged);
  }
  const bytes = readRange(path, descriptor, 8, Number(length));
  return new CheckedSafetensors(
    path,
    createHash('sha256').update(bytes).digest('hex'),
    stat,
    parseHeader(bytes, path, 8 + bytes.length, stat.size),
  );
}

class CheckedSafetensors implements SafetensorsFile {
  readonly size: number;
  readonly mtimeMs: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;

  constructor(
    readonly path: string,
    readonly headerHash: string,
    stat: Stats,
    header: SafetensorsHeader,
  ) {
    this.size = stat.size;
    this.mtimeMs = stat.mtimeMs;
    this.metadata = header.metadata;
    this.tensors = header.tensors;
  }

  readBytes(name: string): Uint8Array<ArrayBuffer> {
    const { byteOffset, byteLength } = this.find(name);
    try {
      return withRegularFile(this.path, (descriptor, stat) => {
        this.compare(stat);
        return readRange(this.path, descriptor, byteOffset, byteLength);
      });
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  checkUnchanged(): void {
    try {
      this.compare(statSync(this.path));
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  readFloat32(name: string): Float32Array {
    const { dtype } = this.find(name);
    switch (dtype) {
      case 'F32':
        return new Float32Array(this.readBytes(name).buffer);
      case 'F16':
        return float16ToFloat32(new Uint16Array(this.readBytes(name).buffer));
      case 'BF16':
        return bfloat16ToFloat32(new Uint16Array(this.readBytes(name).buffer));
      case 'F64':
        return new Float32Array(new Float64Array(this.readBytes(name).buffer));
      default:
        throw new FileFormatError(
          this.path,
          `tensor "${name}" is ${dtype} where F32, F16, BF16 or F64 is needed`,
          'Save it in one of these types',
        );
    }
  }

  private compare({ size, mtimeMs }: Stats): void {
    if (size === this.size && mtimeMs === this.mtimeMs) return;
    throw new FileFormatError(this.path, 'it has changed since it was opened', 'Load it again');
  }

  private find(name: string): TensorInfo {
    const info = this.tensors.get(name);
    if (info) return info;
    throw new FileFormatError(this.path, `it has no tensor "${name}"`, 'Check that this is the right file');
  }
}
