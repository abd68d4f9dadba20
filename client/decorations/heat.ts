/** From numbers to the few levels that decorations can show. Pure. */
import { activationLevel } from '../../protocol/heat';

/** Smallest surprisal of each level, in nats: the token had a probability under 37%, 14%, 1.8%, 0.25%, 0.012%. */
export const SURPRISAL_STEPS: readonly number[] = [1, 2, 4, 6, 9];

/** Level of a surprisal in nats: 0 when the model expected the token or predicts nothing. */
export function surprisalLevel(surprisal: number | null): number {
  return surprisal === null ? 0 : SURPRISAL_STEPS.filter((step) => surprisal >= step).length;
}

/** The largest activation of each focused feature over some tokens: the end of its scale. */
export function scales(tokens: readonly { readonly activations: readonly number[] }[]): readonly number[] {
  const max: number[] = [];
  for (const { activations } of tokens)
    activations.forEach((activation, i) => {
      max[i] = Math.max(max[i] ?? 0, activation);
    });
  return max;
}

/** A token's level with several features in focus: that of the one strongest on its own scale. */
export function focusLevel(activations: readonly number[], max: readonly number[]): number {
  return Math.max(0, ...activations.map((activation, i) => activationLevel(activation, max[i] ?? 0)));
}
