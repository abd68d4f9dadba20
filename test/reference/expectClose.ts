import { expect } from 'vitest';
import { relativeError } from '../support/closeness';
import type { ReferenceTensors } from './fixtures';

/** A result as the engine gives it. */
interface Result {
  readonly data: ArrayLike<number | bigint>;
  readonly dims: readonly number[];
}

/**
 * Every tensor of the reference is among the results, with its shape and within `bound` (docs/architecture.md, the measure of
 * agreement). Results have a batch of one in front, which the reference lacks, unless `batched` is false.
 */
export function expectClose(
  results: ReadonlyMap<string, Result>,
  reference: ReferenceTensors,
  bound: number,
  batched = true,
): void {
  expect(reference.size).toBeGreaterThan(0);
  for (const [name, { shape, data }] of reference) {
    const found = results.get(name);
    expect(found?.dims.slice(batched ? 1 : 0) ?? 'missing', name).toEqual(shape);
    const error = relativeError(found!.data as Float32Array, data, shape.at(-1) ?? 1);
    expect(error, name).toBeLessThan(bound);
  }
}
