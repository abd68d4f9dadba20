/** Features whose activations are other than in the unchanged run. */
import type { Tensor } from '../ort';
import { encodedRows } from './activeFeatures';
import { activationsByPlace, type ForwardRows, placeKey } from './forward';
import { NAMES } from './replacement';
import type { ChangedFeature } from './requests';

/** By row. */
export type ChangedRows = readonly ChangedFeature[][];

/** Adds those of one layer, smaller changes than a float32 run's own noise left out. */
export async function changedFeatures(
  { host, run, rows, lookUp }: ForwardRows,
  layer: number,
  results: ReadonlyMap<string, Tensor>,
  into: ChangedRows,
): Promise<void> {
  const transcoder = run.transcoders[layer];
  if (!transcoder) return;
  const { hookName, dIn } = transcoder.slot.algebra.config;
  const read = results.get(NAMES.read)!.data as Float32Array;
  const length = run.tokens.length;
  for (const row of rows.keys()) {
    const x = { data: read.subarray(row * length * dIn, (row + 1) * length * dIn), dims: [length, dIn] };
    const { features } = await encodedRows(host, transcoder, new Map([[hookName, x]]), lookUp);
    const before = activationsByPlace(run, layer);
    features.positions.forEach((position, i) => {
      const place = { position, index: features.indices[i]! };
      const change = {
        layer,
        ...place,
        before: before.get(placeKey(place)) ?? 0,
        after: features.activations[i]!,
      };
      before.delete(placeKey(place));
      if (isChanged(change)) into[row]!.push(change);
    });
    for (const [key, activation] of before) {
      const [position, index] = key.split(' ').map(Number) as [number, number];
      into[row]!.push({ layer, position, index, before: activation, after: 0 });
    }
  }
}

/** Relative to the larger of the two activations. */
const NOISE = 1e-4;

function isChanged({ before, after }: ChangedFeature): boolean {
  return Math.abs(after - before) > NOISE * Math.max(before, after);
}
