/** Whether a provider computes what the CPU computes, on a fixed probe. */
import type { ModelDimensions } from '../models/family';
import { capture } from '../engine/plan';
import type { RunParams, Tensors } from '../engine/messages';

/** Largest difference allowed, relative to the largest value of its row. */
export const PROVIDER_TOLERANCE = 1e-3;

/** Sixteen tokens from all over the vocabulary, read at the last block and the logits. */
export function probe({ layers, vocabulary, context }: ModelDimensions): RunParams {
  const length = Math.min(16, context);
  const tokens = Array.from({ length }, (_, i) => (i * 7919 + 13) % vocabulary);
  return { plan: capture([`blocks.${layers - 1}.hook_resid_post`, 'logits']), tokens: [tokens] };
}

/** The largest difference in any row of the last axis, relative to that row's largest value; NaN anywhere counts as infinite. */
export function disagreement(reference: Tensors, other: Tensors): number {
  let worst = 0;
  for (const [name, { data, dims }] of reference) {
    const found = other.get(name)?.data;
    if (found?.length !== data.length) return Infinity;
    const width = dims.at(-1)!;
    for (let row = 0; row < data.length; row += width) {
      let largest = 0;
      let difference = 0;
      for (let i = row; i < row + width; i++) {
        largest = Math.max(largest, Math.abs(Number(data[i])));
        difference = Math.max(difference, Math.abs(Number(data[i]) - Number(found[i])));
      }
      const relative = difference === 0 ? 0 : difference / largest;
      if (!(relative <= worst)) worst = Number.isNaN(relative) ? Infinity : relative;
    }
  }
  return worst;
}
