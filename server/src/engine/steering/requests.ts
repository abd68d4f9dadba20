/** What the engine is asked about steering: plain data, so that it crosses the process boundary. */
import type { GeneratedToken } from '../messages';

/** A feature, or a direction of a hook point: a vector over its inner axes, flattened ([dModel]; [head * dHead]). */
export type SteeringTarget =
  | { readonly dictionary: string; readonly feature: number }
  | { readonly hook: string; readonly vector: Float32Array };

/** As messages name a target: `res2:130`, `the direction at blocks.1.hook_resid_post`. */
export function targetName(target: SteeringTarget): string {
  return 'hook' in target ? `the direction at ${target.hook}` : `${target.dictionary}:${target.feature}`;
}

/**
 * What an edit does. With v the direction (a feature's is its row of W_dec, where its dictionary writes) and u = v / |v|:
 * - add: h + value v;
 * - project: h + (value - 1) (h . u) u, which is (I - P) h + value P h;
 * - set, scale, ablate, cap: x becomes value, value x, 0, or x kept between min and max. For a direction x is h . u; for a
 *   feature it is its activation, the dictionary then decodes and its error term is kept.
 */
export type SteeringChange =
  | { readonly method: 'add' | 'project' | 'set' | 'scale'; readonly value: number }
  | { readonly method: 'ablate' }
  | { readonly method: 'cap'; readonly min: number | null; readonly max: number | null };

/** `new`: only positions of written tokens; otherwise positions of the prompt, negative from its end. */
export type SteeringPositions = 'all' | 'new' | readonly number[];

export interface SteeringEdit {
  readonly target: SteeringTarget;
  readonly change: SteeringChange;
  readonly positions: SteeringPositions;
}

/** A token of one of the two runs of `steer`. */
export interface SteeredToken {
  readonly run: 'plain' | 'steered';
  readonly token: GeneratedToken;
}

export interface SteeredPair {
  readonly plain: readonly GeneratedToken[];
  readonly steered: readonly GeneratedToken[];
}
