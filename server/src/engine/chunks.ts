/** When and where a plan is run in pieces: a run cannot be interrupted, so a long one is a chain of short ones. */
import type { ModelDimensions } from '../models/family';
import type { Plan, PlanOutput } from './plan';

/** What a run may take before it is split, in seconds, on a machine of the assumed speed. */
const LONGEST_RUN = 0.25;
/** Operations a second of a slow two-core machine; a fast one only splits earlier than it must. */
const ASSUMED_SPEED = 60e9;
/** Operations of a run, about, after which it is split. */
export const OPERATIONS_PER_RUN = ASSUMED_SPEED * LONGEST_RUN;

/**
 * The hook points at which a run over `batch` rows of `length` tokens is split: between layers, none for a short run.
 * Plans with derivatives are not split: the backward pass needs every layer's values. Nor is anything after the last layer that the plan
 * reads, by the hook point of each output.
 */
export function chunkBoundaries(
  plan: Plan,
  dimensions: ModelDimensions,
  batch: number,
  length: number,
  outputHook: (output: PlanOutput) => string,
): string[] {
  const first = firstLayer(plan);
  if (first === null || plan.outputs.some(({ kind }) => DERIVATIVES.has(kind))) return [];
  const end = Math.max(
    0,
    ...plan.outputs.map((output) => layersBefore(outputHook(output), dimensions.layers)),
  );
  const layers = Math.max(0, end - first);
  const operations = forwardOperations({ ...dimensions, layers }, batch, length);
  const layersEach = Math.max(1, Math.ceil(layers / Math.ceil(operations / OPERATIONS_PER_RUN)));
  const boundaries: string[] = [];
  for (let layer = first + layersEach; layer < end; layer += layersEach) {
    boundaries.push(`blocks.${layer}.hook_resid_pre`);
  }
  return boundaries;
}

const DERIVATIVES: ReadonlySet<PlanOutput['kind']> = new Set([
  'gradient',
  'attribution',
  'softmaxAttribution',
]);

/** The layer at whose input the run starts; null when it starts elsewhere inside the model. */
function firstLayer({ starts }: Plan): number | null {
  if (starts.length === 0) return 0;
  const layer = starts.length === 1 ? /^blocks\.(\d+)\.hook_resid_pre$/.exec(starts[0]!)?.[1] : undefined;
  return layer === undefined ? null : Number(layer);
}

/** How many layers lead to a hook point; all of them to the logits. */
function layersBefore(hook: string, layers: number): number {
  const block = /^blocks\.(\d+)\.(.*)$/.exec(hook);
  if (block) return Number(block[1]) + (block[2] === 'hook_resid_pre' ? 0 : 1);
  return /^hook_(pos_)?embed$/.test(hook) ? 0 : layers;
}

/** Multiplications and additions of a forward pass: two for each weight and token, and attention. */
export function forwardOperations(d: ModelDimensions, batch: number, length: number): number {
  const attention = 2 * d.dModel * d.dHead * (d.heads + d.kvHeads) + 2 * length * d.dHead * d.heads;
  const layer = attention + 2 * d.dModel * d.dMlp;
  return 2 * batch * length * (d.layers * layer + d.dModel * d.vocabulary);
}
