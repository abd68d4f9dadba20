/**
 * Which pairs of tokens merge, into what and how soon: a hash table in typed arrays (open addressing), because half a million
 * rules as objects take a second to build.
 */
export class MergeTable {
  private readonly left: Int32Array;
  private readonly right: Int32Array;
  private readonly merged: Int32Array;
  private readonly ranks: Int32Array;
  private readonly mask: number;

  /** @param most how many rules will be set at most. */
  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * most + 2));
    this.mask = slots - 1;
    this.left = new Int32Array(slots).fill(-1);
    this.right = new Int32Array(slots);
    this.merged = new Int32Array(slots);
    this.ranks = new Int32Array(slots);
  }

  /** The pair becomes one token. Of two rules for a pair the later one holds. The lower a rank, the sooner it applies. */
  set(left: number, right: number, merged: number, rank: number): void {
    const slot = this.slotOf(left, right);
    this.left[slot] = left;
    this.right[slot] = right;
    this.merged[slot] = merged;
    this.ranks[slot] = rank;
  }

  /** Where the rule of a pair is, or -1. */
  find(left: number, right: number): number {
    const slot = this.slotOf(left, right);
    return this.left[slot] === left ? slot : -1;
  }

  rankAt(slot: number): number {
    return this.ranks[slot]!;
  }

  mergedAt(slot: number): number {
    return this.merged[slot]!;
  }

  /** Every token that a rule joins to another. */
  *parts(): Generator<number> {
    for (let slot = 0; slot <= this.mask; slot++) {
      if (this.left[slot]! < 0) continue;
      yield this.left[slot]!;
      yield this.right[slot]!;
    }
  }

  /** Every token that a rule makes. */
  *results(): Generator<number> {
    for (let slot = 0; slot <= this.mask; slot++) if (this.left[slot]! >= 0) yield this.merged[slot]!;
  }

  private slotOf(left: number, right: number): number {
    let slot = mixed(left, right) & this.mask;
    while (this.left[slot] !== -1 && (this.left[slot] !== left || this.right[slot] !== right))
      slot = (slot + 1) & this.mask;
    return slot;
  }
}

/** Different in every process, so that no file can be made of pairs that all share a slot. */
const seed = Math.trunc(Math.random() * 2 ** 32);

function mixed(left: number, right: number): number {
  let hash = Math.imul(Math.imul(left ^ seed, 0x9e3779b1) ^ right, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
