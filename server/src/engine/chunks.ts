/** When and where a plan is run in pieces: a run cannot be interrupted, so a long one is a chain of short ones. */
import type { ModelDimensions } from '../models/family';
import type { Plan } from './plan';

/** What a run may take before it is split, in seconds, on a machine of the assumed speed. */
const LONGEST_RUN = 0.25;
/** Operations a second of a slow two-core machine; a fast one only splits earlier than it must. */
const ASSUMED_SPEED = 60e9;

/**
 * The hook points at which a run over `batch` rows of `length` tokens is split: between layers, none for a short run.
 * Plans with derivatives are not split (the backward pass needs every layer's values), nor those that start inside the model.
 */
export function chunkBoundaries(
  plan: Plan,
  dimensions: ModelDimensions,
  batch: number,
  length: number,
): string[] {
  if (plan.starts.length > 0 || plan.outputs.some(({ kind }) => kind === 'gradient')) return [];
  const pieces = Math.ceil(forwardOperations(dimensions, batch, length) / (ASSUMED_SPEED * LONGEST_RUN));
  const layersEach = Math.max(1, Math.ceil(dimensions.layers / pieces));
  const boundaries: string[] = [];
  for (let layer = layersEach; layer < dimensions.layers; layer += layersEach) {
    boundaries.push(`blocks.${layer}.hook_resid_pre`);
  }
  return boundaries;
}

/** Multiplications and additions of a forward pass: two for each weight and token, and attention. */
function forwardOperations(d: ModelDimensions, batch: number, length: number): number {
  const attention = 2 * d.dModel * d.dHead * (d.heads + d.kvHeads) + 2 * length * d.dHead * d.heads;
  const layer = attention + 2 * d.dModel * d.dMlp;
  return 2 * batch * length * (d.layers * layer + d.dModel * d.vocabulary);
}
