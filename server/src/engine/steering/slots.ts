/** What a steered plan says of its edits: their form. Their numbers are fed, so that a strength can change without a new session. */
import type { DictionarySlots } from '../planGraph';

/**
 * One edit of a hook point, at the positions where the fed `mask` is 1. In the formulas h is the activation with its inner axes
 * flattened, [batch, pos, width], and t(x) = x * factor + offset, kept between `least` and `most`.
 */
export type SteeringSlot =
  /** h + amount * vector. Fed `amount` [1], `vector` [width]. */
  | { readonly kind: 'add'; readonly hook: string }
  /** h + (t(h . unit) - h . unit) * unit. Fed `vector` [width], of norm 1. */
  | { readonly kind: 'direction'; readonly hook: string }
  /**
   * What the dictionary writes, with one feature's activation f replaced by t(f) and the error term kept. Fed `feature` [1], its
   * index, and `vector` [width], the row that decoding multiplies it by. `again`: the earlier slot that changes the same feature
   * of the same encoding.
   */
  | { readonly kind: 'feature'; readonly dictionary: string; readonly again: number | null };

export type SteeringFeed = 'mask' | 'vector' | 'amount' | 'feature' | 'factor' | 'offset' | 'least' | 'most';

/** Name of the fed numbers of an edit; `mask` is [pos, 1], numbers without a shape of their own are [1]. */
export function steeringInput(slot: number, feed: SteeringFeed): string {
  return `steer:${slot}.${feed}`;
}

/**
 * The hook point [batch, pos, 1] ([pos, 1] for `add`) that an edit leaves: by how much it moved what it is about (the amount
 * added, h . unit, the feature's activation); 0 outside the mask.
 */
export function steeringChange(slot: number): string {
  return `steer:${slot}.change`;
}

/** Where an edit writes. */
export function writtenHook(slot: SteeringSlot, dictionaries: DictionarySlots): string {
  return slot.kind === 'feature' ? dictionaries.get(slot.dictionary)!.algebra.config.hookNameOut : slot.hook;
}

/** The hook points that edits read or write. */
export function steeringHooks(slots: readonly SteeringSlot[], dictionaries: DictionarySlots): string[] {
  return slots.flatMap((slot) =>
    slot.kind === 'feature'
      ? [dictionaries.get(slot.dictionary)!.algebra.config.hookName, writtenHook(slot, dictionaries)]
      : [slot.hook],
  );
}
