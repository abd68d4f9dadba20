import { FileFormatError } from '../../formats/errors';
import { ByteFallback } from './byteFallback';
import { type PieceModel, type PieceTokens, uncut } from './pieceModel';
import { PieceTrie } from './pieceTrie';

export interface UnigramOptions {
  /** Log-probability of each entry that text can be made of; NaN for those it cannot. */
  readonly scores: Float64Array;
  readonly unkId: number | null;
  readonly byteFallback: boolean;
  /** Sums are rounded to 32 bits, as in SentencePiece itself. */
  readonly singlePrecision: boolean;
}

/** How much worse than the worst entry an unknown character is. */
const unknownPenalty = 10;

/**
 * The likeliest sequence of entries (Kudo 2018, "Subword regularization"), by Viterbi's algorithm over the characters, with the ties of
 * huggingface/tokenizers `tokenizers/src/models/unigram/model.rs`: from left to right, short entries first, replaced only by what
 * is strictly better. Time O(n), times the longest entry.
 */
export class Unigram implements PieceModel {
  readonly cut = uncut;
  private readonly trie: PieceTrie;
  private readonly bytes: ByteFallback | null;
  private readonly unknownScore: number;

  /** @param entries by id, in the order of the file. */
  constructor(
    private readonly idOf: (entry: string) => number | undefined,
    entries: readonly string[],
    private readonly options: UnigramOptions,
    private readonly file: string,
  ) {
    this.trie = new PieceTrie();
    let least = Infinity;
    options.scores.forEach((score, id) => {
      if (Number.isNaN(score)) return;
      least = Math.min(least, score);
      if (entries[id] !== '') this.trie.add(entries[id]!, id);
    });
    this.unknownScore = (least === Infinity ? 0 : least) - unknownPenalty;
    this.bytes = options.byteFallback ? new ByteFallback(idOf) : null;
  }

  encode(piece: string): PieceTokens {
    const { ids, starts } = this.bestPath(piece);
    const found: number[] = [];
    const units: number[] = [];
    // The path is read from its end: token after token, unknown ones in a row as one.
    for (let end = piece.length; end > 0;) {
      const id = ids[end]!;
      let start = starts[end]!;
      while (id === this.options.unkId && start > 0 && ids[start] === id) start = starts[start]!;
      this.pushBackwards(piece.slice(start, end), id, found, units);
      end = start;
    }
    return { ids: Int32Array.from(found.reverse()), units: Int32Array.from(units.reverse()) };
  }

  /** For each boundary the last token of the best path to it, and where that token starts. */
  private bestPath(piece: string): { readonly ids: Int32Array; readonly starts: Int32Array } {
    const { scores, unkId, singlePrecision } = this.options;
    const ids = new Int32Array(piece.length + 1);
    const starts = new Int32Array(piece.length + 1).fill(-1);
    const best = new Float64Array(piece.length + 1);
    const offer = (start: number, end: number, id: number, score: number): void => {
      const sum = singlePrecision ? Math.fround(best[start]! + score) : best[start]! + score;
      if (starts[end] !== -1 && sum <= best[end]!) return;
      best[end] = sum;
      starts[end] = start;
      ids[end] = id;
    };
    for (let start = 0; start < piece.length;) {
      const next = start + (piece.codePointAt(start)! > 0xffff ? 2 : 1);
      const shortest = this.trie.prefixesAt(piece, start, (end, id) => {
        offer(start, end, id, scores[id]!);
      });
      if (shortest !== next)
        offer(start, next, unkId ?? this.missing(piece.slice(start, next)), this.unknownScore);
      start = next;
    }
    return { ids, starts };
  }

  private pushBackwards(text: string, id: number, ids: number[], units: number[]): void {
    const known = id === this.options.unkId ? this.idOf(text) : id;
    if (known !== undefined || !this.pushBytesBackwards(text, ids, units)) {
      ids.push(known ?? id);
      units.push(text.length);
    }
  }

  private pushBytesBackwards(text: string, ids: number[], units: number[]): boolean {
    if (!this.bytes?.tokensOf(text)) return false;
    for (const character of Array.from(text).reverse()) {
      const tokens = this.bytes.tokensOf(character)!;
      for (let i = tokens.length - 1; i >= 0; i--) {
        ids.push(tokens[i]!);
        units.push(i === 0 ? character.length : 0);
      }
    }
    return true;
  }

  private missing(character: string): never {
    throw new FileFormatError(
      this.file,
      `it has neither the character ${JSON.stringify(character)} nor a token for unknown ones`,
      'Use another text, or give exact token ids instead of text',
    );
  }
}
