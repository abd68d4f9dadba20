/** The tokens of one piece of text: ids, and how many UTF-16 units each covers. */
export interface PieceTokens {
  readonly ids: Int32Array;
  /** Units that no token stands for belong to the token after them; at the end of the piece they are in no token's count. */
  readonly units: Int32Array;
}

/** Turns pieces of well-formed text into tokens. */
export interface PieceModel {
  /** @throws FileFormatError when the tokenizer cannot express the piece. */
  encode(piece: string): PieceTokens;
  /**
   * Cuts a piece where no token can reach across, so that the tokens of the parts are those of the piece. A long text without
   * pre-tokenizer is then as fast as one with.
   */
  cut(piece: string, emit: (part: string) => void): void;
}

/** For models that cannot tell where a piece may be cut. */
export function uncut(piece: string, emit: (part: string) => void): void {
  emit(piece);
}
