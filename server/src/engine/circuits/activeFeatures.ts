/** Active features of a dictionary on a text, without ever holding the dense activations of more than a few positions. */
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import type { Transcoder } from './frozenRun';
import { SILENT_POSITIONS } from './requests';
import { CIRCUIT_SESSION } from './session';

/** One entry an active feature, in the order of positions and indices. */
export interface SparseFeatures {
  readonly positions: number[];
  readonly indices: number[];
  readonly activations: number[];
}

/** Dense activations that are held at once, in numbers. */
const MOST_DENSE = 2 ** 22;

/** What a transcoder finds at its hook point, and its reconstruction [pos, dOut]. Silent positions have no features. */
export async function encodedRows(
  host: ModelHost,
  { id, slot }: Transcoder,
  activations: ReadonlyMap<string, Tensor>,
  lookUp: LookUp,
): Promise<{ features: SparseFeatures; reconstruction: Float32Array }> {
  const { hookName, dIn, dOut, dSae } = slot.algebra.config;
  const x = activations.get(hookName)!.data as Float32Array;
  const length = x.length / dIn;
  const each = Math.max(1, Math.floor(MOST_DENSE / dSae));
  const reconstruction = new Float32Array(length * dOut);
  const features: SparseFeatures = { positions: [], indices: [], activations: [] };
  for (let from = 0; from < length; from += each) {
    await lookUp();
    const to = Math.min(length, from + each);
    const part = { data: x.subarray(from * dIn, to * dIn), dims: [to - from, dIn] };
    const encoded = await host.encode(id, part, CIRCUIT_SESSION);
    reconstruction.set(encoded.get('reconstruction')!.data as Float32Array, from * dOut);
    collect(encoded.get('feature_acts')!.data as Float32Array, dSae, from, features);
  }
  return { features, reconstruction };
}

function collect(dense: Float32Array, width: number, from: number, into: SparseFeatures): void {
  for (let row = 0; row < dense.length / width; row++) {
    const position = from + row;
    if (position < SILENT_POSITIONS) continue;
    for (let index = 0; index < width; index++) {
      const activation = dense[row * width + index]!;
      if (activation <= 0) continue;
      into.positions.push(position);
      into.indices.push(index);
      into.activations.push(activation);
    }
  }
}
