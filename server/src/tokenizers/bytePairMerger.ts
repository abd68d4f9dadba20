import { MinHeap } from './minHeap';

/** A merge rule: the pair becomes one token. The earlier a rule, the sooner it applies. */
export interface MergeRule {
  readonly left: number;
  readonly right: number;
  readonly merged: number;
}

/** Heap entries are rank * positions + position: the lowest rank first, and the leftmost pair among equals. */
const positions = 2 ** 30;
/** The largest rank for which such an entry is still an exact integer. */
export const mostMergeRules = 2 ** 23;

/** Byte-pair encoding over token ids (huggingface/tokenizers `tokenizers/src/models/bpe/word.rs` gives the same result). */
export class BytePairMerger {
  private readonly ranks = new Map<number, number>();

  /** @param vocabularySize one more than the largest id in a rule. */
  constructor(
    private readonly rules: readonly MergeRule[],
    private readonly vocabularySize: number,
  ) {
    // Of two rules for the same pair the reference keeps the later one.
    rules.forEach(({ left, right }, rank) => this.ranks.set(left * vocabularySize + right, rank));
  }

  /**
   * Applies the rules until none fits: always the lowest rank, leftmost first. Time O(n log n).
   * @param symbols ids of the single bytes; overwritten.
   * @returns the ids that remain, a part of `symbols`.
   */
  merge(symbols: Int32Array): Int32Array {
    const { length } = symbols;
    if (length < 2) return symbols;
    // A linked list over the positions; a position whose symbol went into its left neighbour has next = -1.
    const next = Int32Array.from(symbols, (_, at) => at + 1);
    const previous = Int32Array.from(symbols, (_, at) => at - 1);
    const candidates = new MinHeap();
    const consider = (at: number): void => {
      const right = at < 0 ? length : next[at]!;
      if (right === length) return;
      const rank = this.rankOf(symbols[at]!, symbols[right]!);
      if (rank !== undefined) candidates.push(rank * positions + at);
    };
    for (let at = 0; at + 1 < length; at++) consider(at);
    for (let entry = candidates.pop(); entry !== undefined; entry = candidates.pop()) {
      const at = entry % positions;
      const rank = (entry - at) / positions;
      const right = next[at]!;
      // Entries outlive their pair: the symbol may be gone, or either side may have grown since.
      if (right === -1 || right === length || this.rankOf(symbols[at]!, symbols[right]!) !== rank) continue;
      symbols[at] = this.rules[rank]!.merged;
      const following = next[right]!;
      next[at] = following;
      next[right] = -1;
      if (following < length) previous[following] = at;
      consider(previous[at]!);
      consider(at);
    }
    return compact(symbols, next);
  }

  private rankOf(left: number, right: number): number | undefined {
    return this.ranks.get(left * this.vocabularySize + right);
  }
}

/** Moves the symbols still in the list to the front. */
function compact(symbols: Int32Array, next: Int32Array): Int32Array {
  let count = 0;
  for (let at = 0; at < symbols.length; at = next[at]!) symbols[count++] = symbols[at]!;
  return symbols.subarray(0, count);
}
