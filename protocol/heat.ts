/** The few levels of heat that editors and panels show. */

/** Levels of heat; level 0 is not drawn. */
export const LEVELS = 5;

/** Level of an activation on a scale that ends at `max`: 0 when it is off, else 1 to `LEVELS` in equal steps. */
export function activationLevel(activation: number, max: number): number {
  if (!(activation > 0) || !(max > 0)) return 0;
  return Math.min(LEVELS, Math.ceil((activation / max) * LEVELS));
}
