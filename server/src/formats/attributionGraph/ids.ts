/** How attribution graphs number features and name nodes (circuit-tracer `frontend/graph_models.py`, Neuronpedia `graph/utils.ts`). */

/** w (w + 1) / 2, exact while it is a safe integer. */
function triangle(w: number): number {
  return w % 2 === 0 ? (w / 2) * (w + 1) : ((w + 1) / 2) * w;
}

/** Cantor's pairing of a layer and an index: one number for both. */
export function cantor(layer: number, index: number): number {
  return triangle(layer + index) + index;
}

export interface PairedFeature {
  readonly layer: number;
  readonly index: number;
}

/** Inverse of `cantor`; null for what is no safe integer >= 0. */
export function fromCantor(paired: number): PairedFeature | null {
  if (!Number.isSafeInteger(paired) || paired < 0) return null;
  // The root of a number beyond 2^50 is off by at most one.
  let w = Math.floor((Math.sqrt(8 * paired + 1) - 1) / 2);
  while (triangle(w) > paired) w--;
  while (triangle(w + 1) <= paired) w++;
  const index = paired - triangle(w);
  return { layer: w - index, index };
}

/** Digits that the index has at least where layer and index are written one after the other. */
const PADDED = 5;

/** The index in a number made of the layer's digits and the index padded to five; null when it does not begin with that layer. */
export function fromConcatenation(number: number, layer: number): number | null {
  if (!Number.isSafeInteger(number) || number < 0) return null;
  // A leading zero is not written.
  if (layer === 0) return number;
  const digits = `${number}`;
  const prefix = `${layer}`;
  if (!digits.startsWith(prefix) || digits.length < prefix.length + PADDED) return null;
  return Number(digits.slice(prefix.length));
}

/** circuit-tracer's name of a feature node. */
export function featureId(layer: number, index: number, position: number): string {
  return `${layer}_${index}_${position}`;
}

/** Our name of an error node. circuit-tracer's, `0_{layer}_{position}`, is also that of a feature of layer 0. */
export function errorId(layer: number, position: number): string {
  return `err_${layer}_${position}`;
}

export function tokenId(vocabulary: number, position: number): string {
  return `E_${vocabulary}_${position}`;
}

/** @param layers of the model: logits stand two above the last block */
export function logitId(layers: number, vocabulary: number, position: number): string {
  return `${layers + 1}_${vocabulary}_${position}`;
}
