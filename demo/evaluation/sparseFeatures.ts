import type { DictionaryRunner } from './dictionaryFolder';

/** Where one feature fires: rows in increasing order, and how strongly. */
export interface Firings {
  readonly rows: number[];
  readonly activations: number[];
}

/** What a dictionary makes of a set of activations. */
export interface DictionaryReading {
  readonly rows: number;
  /** By feature index. */
  readonly firings: readonly Firings[];
  /** Sum of squared differences between target and reconstruction. */
  readonly squaredError: number;
}

/** Rows of one run. */
const chunk = 2048;

/** Encodes inputs [rows, width] and compares the reconstruction with the targets [rows, width]. */
export async function readWithDictionary(
  runner: DictionaryRunner,
  features: number,
  inputs: Float32Array,
  targets: Float32Array,
  rows: number,
): Promise<DictionaryReading> {
  const width = inputs.length / rows;
  const firings = Array.from({ length: features }, (): Firings => ({ rows: [], activations: [] }));
  let squaredError = 0;
  for (let from = 0; from < rows; from += chunk) {
    const to = Math.min(rows, from + chunk);
    const encoded = await runner.run(inputs.subarray(from * width, to * width));
    gather(encoded.features, features, from, firings);
    squaredError += squaredDistance(encoded.reconstruction, targets.subarray(from * width, to * width));
  }
  return { rows, firings, squaredError };
}

function gather(
  activations: Float32Array,
  features: number,
  firstRow: number,
  firings: readonly Firings[],
): void {
  for (let i = 0; i < activations.length; i++) {
    if (activations[i]! <= 0) continue;
    const { rows, activations: values } = firings[i % features]!;
    rows.push(firstRow + Math.floor(i / features));
    values.push(activations[i]!);
  }
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
