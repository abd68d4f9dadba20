/** What targets behind the last layer weigh. */
import type { CircuitTarget } from './requests';

/** Weights of all logits, their mean taken away where the target is centred. */
export function logitWeights(target: CircuitTarget, vocabulary: number): Float32Array {
  const weights = new Float32Array(vocabulary);
  if (target.kind !== 'logits') return weights;
  const mean = target.centred ? target.weights.reduce((a, b) => a + b, 0) / vocabulary : 0;
  weights.fill(-mean);
  target.ids.forEach((id, i) => (weights[id]! += target.weights[i]!));
  return weights;
}

/** What stands behind the final norm is multiplied with this, [dModel]; zeros for logits. */
export function direction(target: CircuitTarget, dModel: number): Float32Array {
  return target.kind === 'direction' ? Float32Array.from(target.vector) : new Float32Array(dModel);
}
