import { statSync, type Stats } from 'node:fs';
import { FileFormatError, fileError } from './errors';
import { dtypeBits } from './dtypes';
import { bfloat16ToFloat32, float16ToFloat32 } from './float';
import { readRange, withRegularFile } from './regularFile';
import { gather } from './strides';
import type { TensorFile, TensorInfo } from './tensorFile';

/** A file whose tensors lie in it as plain ranges of bytes. Keeps no file handle. */
export class RangedFile implements TensorFile {
  readonly size: number;
  readonly mtimeMs: number;

  constructor(
    readonly path: string,
    readonly format: string,
    readonly headerHash: string,
    stat: Stats,
    readonly tensors: ReadonlyMap<string, TensorInfo>,
  ) {
    this.size = stat.size;
    this.mtimeMs = stat.mtimeMs;
  }

  readBytes(name: string): Uint8Array<ArrayBuffer> {
    const info = this.find(name);
    const bytes = this.readInfo(info);
    return info.strides ? gather(bytes, info.shape, info.strides, dtypeBits[info.dtype] / 8) : bytes;
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

  private readInfo({ byteOffset, byteLength }: TensorInfo): Uint8Array<ArrayBuffer> {
    try {
      return withRegularFile(this.path, (descriptor, stat) => {
        this.compare(stat);
        return readRange(this.path, descriptor, byteOffset, byteLength);
      });
    } catch (error) {
      throw fileError(this.path, error);
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
