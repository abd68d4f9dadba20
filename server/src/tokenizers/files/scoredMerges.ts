import { MergeTable } from '../pieces/mergeTable';

/** An entry that merging can make. */
export interface ScoredEntry {
  readonly id: number;
  readonly text: string;
  readonly score: number;
}

/**
 * The merges of a SentencePiece BPE model, which are not written down: any two entries merge whose texts make up an entry, the
 * highest score first (google/sentencepiece `src/bpe_model.cc`).
 */
export function scoredMerges(
  entries: readonly ScoredEntry[],
  idOf: (text: string) => number | undefined,
): MergeTable {
  const ordered = [...entries].sort((a, b) => b.score - a.score);
  const rules: number[] = [];
  let rank = -1;
  let score = NaN;
  for (const entry of ordered) {
    if (entry.score !== score) rank++;
    score = entry.score;
    for (let at = 1; at < entry.text.length; at++) {
      const left = idOf(entry.text.slice(0, at));
      const right = left === undefined ? undefined : idOf(entry.text.slice(at));
      if (left !== undefined && right !== undefined) rules.push(left, right, entry.id, rank);
    }
  }
  const table = new MergeTable(rules.length / 4);
  for (let at = 0; at < rules.length; at += 4)
    table.set(rules[at]!, rules[at + 1]!, rules[at + 2]!, rules[at + 3]!);
  return table;
}
