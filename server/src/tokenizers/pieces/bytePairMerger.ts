import { MinHeap } from './minHeap';
import type { MergeTable } from './mergeTable';

/** Heap entries are rank * positions + position: the lowest rank first, and the leftmost pair among equals. */
const positions = 2 ** 30;
/** The largest rank for which such an entry is still an exact integer. */
export const mostMergeRules = 2 ** 23;

/** The tokens that remain, and the symbol each begins with. */
export interface Merged {
  readonly ids: Int32Array;
  readonly firsts: Int32Array;
}

/**
 * Byte-pair encoding over token ids (huggingface/tokenizers `tokenizers/src/models/bpe/word.rs` gives the same result): applies the
 * rules until none fits, always the lowest rank, leftmost first. Time O(n log n).
 * @param symbols ids to begin with; overwritten.
 */
export function mergePairs(symbols: Int32Array, table: MergeTable): Merged {
  const { length } = symbols;
  // A linked list over the positions; a position whose symbol went into its left neighbour has next = -1.
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  for (let at = 0; at < length; at++) {
    next[at] = at + 1;
    previous[at] = at - 1;
  }
  const candidates = new MinHeap();
  const consider = (at: number): void => {
    const right = at < 0 ? length : next[at]!;
    if (right === length) return;
    const rule = table.find(symbols[at]!, symbols[right]!);
    if (rule >= 0) candidates.push(table.rankAt(rule) * positions + at);
  };
  for (let at = 0; at + 1 < length; at++) consider(at);
  for (let entry = candidates.pop(); entry !== undefined; entry = candidates.pop()) {
    const at = entry % positions;
    const right = next[at]!;
    // Entries outlive their pair: the symbol may be gone, or either side may have grown since.
    if (right === -1 || right === length) continue;
    const rule = table.find(symbols[at]!, symbols[right]!);
    if (rule < 0 || table.rankAt(rule) !== (entry - at) / positions) continue;
    symbols[at] = table.mergedAt(rule);
    const following = next[right]!;
    next[at] = following;
    next[right] = -1;
    if (following < length) previous[following] = at;
    consider(previous[at]!);
    consider(at);
  }
  return collect(symbols, next);
}

/** The symbols still in the list. */
function collect(symbols: Int32Array, next: Int32Array): Merged {
  let count = 0;
  for (let at = 0; at < symbols.length; at = next[at]!) count++;
  const ids = new Int32Array(count);
  const firsts = new Int32Array(count);
  for (let at = 0, i = 0; at < symbols.length; at = next[at]!, i++) {
    ids[i] = symbols[at]!;
    firsts[i] = at;
  }
  return { ids, firsts };
}
