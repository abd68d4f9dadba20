/** Where a session finds its weights: file ranges relative to one folder, as the runtime wants them. */
import { dirname, relative, sep } from 'node:path';
import { FileFormatError } from '../formats/errors';
import { allFinite } from '../formats/float';
import type { SafetensorsFile } from '../formats/safetensors';
import type { WeightStorage } from '../graph/lower';
import { RunError } from './feeds';
import type { ElementType } from '../graph/onnx/model';

const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/** A tensor of the model or of a dictionary, by the name that graphs use. */
export class WeightFiles {
  private readonly holders = new Map<string, { file: SafetensorsFile; tensor: string }>();

  /** Makes `tensor` of `file` known as `name`. @throws FileFormatError for a type that is not computed with */
  add(name: string, file: SafetensorsFile, tensor: string): void {
    const dtype = file.tensors.get(tensor)?.dtype ?? 'nothing';
    if (!Object.hasOwn(ELEMENT_TYPES, dtype)) {
      const reason = `tensor ${tensor} is ${dtype} where F32, F16 or BF16 is needed`;
      throw new FileFormatError(file.path, reason, 'Save it in one of these types');
    }
    this.holders.set(name, { file, tensor });
  }

  removeAll(prefix: string): void {
    for (const name of this.holders.keys()) if (name.startsWith(prefix)) this.holders.delete(name);
  }

  /** @throws FileFormatError when a file is gone or has changed since it was opened */
  checkUnchanged(): void {
    for (const file of new Set([...this.holders.values()].map((holder) => holder.file)))
      file.checkUnchanged();
  }

  /** The first tensor that is not made of finite numbers, or null. Reads all of them. @throws FileFormatError */
  findNotFinite(): { readonly file: SafetensorsFile; readonly tensor: string } | null {
    for (const holder of this.holders.values()) {
      if (!allFinite(holder.file.readFloat32(holder.tensor))) return holder;
    }
    return null;
  }

  /** The deepest folder that holds every file (the runtime refuses locations outside the folder it is told). @throws RunError when they are on different drives */
  folder(): string {
    const folders = [...this.holders.values()].map(({ file }) => dirname(file.path).split(sep));
    const first = folders[0] ?? [''];
    const shared = first.findIndex((part, i) => folders.some((parts) => parts[i] !== part));
    const common = shared < 0 ? first : first.slice(0, shared);
    if (common.length === 0)
      throw new RunError('model and dictionaries must lie on one drive: move them together');
    // A root alone (`/`, `C:\\`) keeps its separator.
    return common.length === 1 ? `${common[0]!}${sep}` : common.join(sep);
  }

  /** The storage of a weight, located from `folder`. */
  locate(name: string, folder: string): WeightStorage {
    const { file, tensor } = this.holders.get(name)!;
    const info = file.tensors.get(tensor)!;
    const location = relative(folder, file.path);
    const range = { location, offset: info.byteOffset, length: info.byteLength };
    return { kind: 'file', type: ELEMENT_TYPES[info.dtype]!, range };
  }
}
