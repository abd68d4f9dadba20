import { FileFormatError } from '../../formats/errors';
import { type PieceModel, type PieceTokens, uncut } from './pieceModel';

/** Whole pieces are tokens (huggingface/tokenizers `tokenizers/src/models/wordlevel/mod.rs`). */
export class WordLevel implements PieceModel {
  readonly cut = uncut;

  constructor(
    private readonly idOf: (entry: string) => number | undefined,
    private readonly unkId: number | null,
    private readonly file: string,
  ) {}

  encode(piece: string): PieceTokens {
    const id = this.idOf(piece) ?? this.unkId;
    if (id !== null) return { ids: Int32Array.of(id), units: Int32Array.of(piece.length) };
    throw new FileFormatError(
      this.file,
      `its vocabulary has neither the word ${JSON.stringify(piece)} nor a token for unknown words`,
      'Use another text, or give exact token ids instead of text',
    );
  }
}
