/** Keys and values of the positions that a generation has behind it. */
import type { ModelDimensions } from '../models/family';
import type { Tensor } from './ort';

export class KeyValueCache {
  /** Positions held. */
  length = 0;
  /** The hook points whose values are cached. */
  readonly hooks: readonly string[];
  private readonly buffers = new Map<string, Float32Array>();
  private readonly inputs: ReadonlyMap<string, string>;
  private readonly rowLength: number;

  constructor(
    private readonly dimensions: ModelDimensions,
    capacity: number,
  ) {
    const { layers, kvHeads, dHead } = dimensions;
    this.rowLength = kvHeads * dHead;
    const pairs = Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
      ['k', 'v'].map((part): [string, string] => [
        `blocks.${layer}.attn.hook_${part}`,
        `past.${layer}.${part}`,
      ]),
    );
    this.inputs = new Map(pairs);
    this.hooks = [...this.inputs.keys()];
    for (const hook of this.hooks) this.buffers.set(hook, new Float32Array(capacity * this.rowLength));
  }

  /** The cache as feeds, without copies. */
  feeds(): [string, Tensor][] {
    const dims = [1, this.length, this.dimensions.kvHeads, this.dimensions.dHead];
    return [...this.inputs].map(([hook, input]) => [
      input,
      { data: this.buffers.get(hook)!.subarray(0, this.length * this.rowLength), dims },
    ]);
  }

  /** Takes in the keys and values [1, positions, kvHead, dHead] of new positions. */
  append(results: ReadonlyMap<string, Tensor>, positions: number): void {
    for (const hook of this.hooks) {
      this.buffers.get(hook)!.set(results.get(hook)!.data as Float32Array, this.length * this.rowLength);
    }
    this.length += positions;
  }
}
