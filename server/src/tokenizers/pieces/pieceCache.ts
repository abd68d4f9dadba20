import type { PieceModel, PieceTokens } from './pieceModel';

/** Pieces up to this length are remembered: most words of a text occur again. */
const longestRemembered = 32;
const mostRemembered = 50_000;

/** A model that remembers the tokens of short pieces. */
export class PieceCache implements PieceModel {
  private readonly remembered = new Map<string, PieceTokens>();

  constructor(private readonly model: PieceModel) {}

  encode(piece: string): PieceTokens {
    const known = this.remembered.get(piece);
    if (known) return known;
    const tokens = this.model.encode(piece);
    if (piece.length <= longestRemembered) {
      if (this.remembered.size >= mostRemembered) this.remembered.clear();
      this.remembered.set(ownCopy(piece), tokens);
    }
    return tokens;
  }

  cut(piece: string, emit: (part: string) => void): void {
    if (piece.length <= longestRemembered) emit(piece);
    else this.model.cut(piece, emit);
  }
}

/** A slice of a long text would keep the whole text in memory. */
function ownCopy(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le');
}
