/** log2 of the number of bits that pairs of characters are hashed into. */
const bits = 24;

/**
 * Finds where a piece may be cut without changing its tokens: between two characters that stand side by side in no token that
 * merging makes, no merge can ever reach across. A pair that only shares its hash with one of those costs a cut, nothing else.
 */
export class CutFinder {
  private readonly neighbours: Uint8Array | null;

  /**
   * @param made the tokens that merges make, or null when pieces must stay whole.
   * @param isKnown whether a character is in the vocabulary: unknown ones in a row can become one token.
   */
  constructor(
    made: Iterable<number> | null,
    entryOf: (id: number) => string,
    private readonly isKnown: (character: string) => boolean,
  ) {
    this.neighbours = made && new Uint8Array(2 ** (bits - 3));
    for (const id of made ?? []) this.addPairs(entryOf(id));
  }

  cut(piece: string, emit: (part: string) => void): void {
    if (!this.neighbours) {
      emit(piece);
      return;
    }
    let done = 0;
    let before = piece.codePointAt(0) ?? 0;
    for (let at = before > 0xffff ? 2 : 1; at < piece.length;) {
      const code = piece.codePointAt(at)!;
      if (!this.has(before, code) && this.mayCut(before, code)) {
        emit(piece.slice(done, at));
        done = at;
      }
      before = code;
      at += code > 0xffff ? 2 : 1;
    }
    if (done < piece.length) emit(piece.slice(done));
  }

  private mayCut(before: number, after: number): boolean {
    return this.isKnown(String.fromCodePoint(before)) || this.isKnown(String.fromCodePoint(after));
  }

  private addPairs(entry: string): void {
    let before = -1;
    for (let at = 0; at < entry.length;) {
      const code = entry.codePointAt(at)!;
      if (before >= 0) {
        const hash = pairHash(before, code);
        this.neighbours![hash >>> 3]! |= 1 << (hash & 7);
      }
      before = code;
      at += code > 0xffff ? 2 : 1;
    }
  }

  private has(before: number, after: number): boolean {
    const hash = pairHash(before, after);
    return ((this.neighbours![hash >>> 3]! >>> (hash & 7)) & 1) === 1;
  }
}

function pairHash(before: number, after: number): number {
  const hash = Math.imul(before, 0x9e3779b1) ^ Math.imul(after, 0x85ebca6b);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> (32 - bits);
}
