/** Where a session finds its weights: file ranges relative to one folder, as the runtime wants them. */
import { dirname, relative, sep } from 'node:path';
import { FileFormatError } from '../formats/errors';
import { allFinite } from '../formats/float';
import { isComputable, isMappable, type TensorFile, type TensorInfo } from '../formats/tensorFile';
import type { WeightStorage } from '../graph/lower';
import type { ElementType } from '../graph/onnx/model';
import { RunError } from './feeds';
import type { Tensor } from './ort';

const ELEMENT_TYPES: Readonly<Partial<Record<TensorInfo['dtype'], ElementType>>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/**
 * The tensors of the model and of dictionaries, by the names that graphs use. The runtime maps them from their files; those that
 * it cannot map (views that were saved as they were, float64) are held in memory as float32 and fed to every run.
 */
export class WeightFiles {
  private readonly holders = new Map<string, { file: TensorFile; tensor: string }>();
  private readonly inMemory = new Map<string, Tensor>();

  /** Makes `tensor` of `file` known as `name`. @throws FileFormatError for a type that is not computed with */
  add(name: string, file: TensorFile, tensor: string): void {
    const info = file.tensors.get(tensor);
    if (!info || !isComputable(info)) {
      const reason = `tensor ${tensor} is ${info?.dtype ?? 'nothing'} where F32, F16, BF16 or F64 is needed`;
      throw new FileFormatError(file.path, reason, 'Save it in one of these types');
    }
    this.holders.set(name, { file, tensor });
  }

  removeAll(prefix: string): void {
    for (const name of this.holders.keys()) if (name.startsWith(prefix)) this.holders.delete(name);
    for (const name of this.inMemory.keys()) if (name.startsWith(prefix)) this.inMemory.delete(name);
  }

  /** @throws FileFormatError when a file is gone or has changed since it was opened */
  checkUnchanged(): void {
    for (const file of new Set([...this.holders.values()].map((holder) => holder.file)))
      file.checkUnchanged();
  }

  /** The first tensor that is not made of finite numbers, or null. Reads all of them. @throws FileFormatError */
  findNotFinite(): { readonly file: TensorFile; readonly tensor: string } | null {
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
    if (!isMappable(info)) return { kind: 'fed', shape: info.shape };
    const location = relative(folder, file.path);
    const range = { location, offset: info.byteOffset, length: info.byteLength };
    return { kind: 'file', type: ELEMENT_TYPES[info.dtype]!, range };
  }

  /** Those of the graph inputs `names` that are weights held in memory, read when first asked for. @throws FileFormatError */
  held(names: readonly string[]): ReadonlyMap<string, Tensor> {
    return new Map(names.filter((name) => this.holders.has(name)).map((name) => [name, this.read(name)]));
  }

  private read(name: string): Tensor {
    const { file, tensor } = this.holders.get(name)!;
    const known = this.inMemory.get(name);
    if (known) return known;
    const held = { data: file.readFloat32(tensor), dims: file.tensors.get(tensor)!.shape };
    this.inMemory.set(name, held);
    return held;
  }
}
