import { FileFormatError } from '../../formats/errors';
import { byteCharacters, bytesEntry } from '../byteAlphabet';
import { mergePairs } from './bytePairMerger';
import type { MergeTable } from './mergeTable';
import { type PieceModel, type PieceTokens, uncut } from './pieceModel';
import { unitCounts } from './unitCounts';

const utf8 = new TextEncoder();

/** Byte-level BPE: the symbols that merge are the bytes of the piece (GPT-2, Pythia, Llama 3, Qwen, Phi). */
export class BytePairs implements PieceModel {
  readonly cut = uncut;
  /** Id of each single byte, or -1. */
  private readonly byteIds: Int32Array;

  /** @param ignoresMerges a whole piece that is in the vocabulary is one token, whatever the merges say (Llama 3). */
  constructor(
    private readonly idOf: (entry: string) => number | undefined,
    private readonly merges: MergeTable,
    private readonly ignoresMerges: boolean,
    private readonly file: string,
  ) {
    this.byteIds = Int32Array.from(byteCharacters, (character) => idOf(character) ?? -1);
  }

  encode(piece: string): PieceTokens {
    const bytes = utf8.encode(piece);
    const whole = this.ignoresMerges ? this.idOf(bytesEntry(bytes)) : undefined;
    if (whole !== undefined) return { ids: Int32Array.of(whole), units: Int32Array.of(piece.length) };
    const { ids, firsts } = mergePairs(this.byteTokens(bytes), this.merges);
    const lengths = firsts.map((first, i) => (firsts[i + 1] ?? bytes.length) - first);
    return { ids, units: unitCounts(piece, lengths) };
  }

  private byteTokens(bytes: Uint8Array): Int32Array {
    return Int32Array.from(bytes, (byte) => {
      const id = this.byteIds[byte]!;
      if (id >= 0) return id;
      throw new FileFormatError(
        this.file,
        `its vocabulary has no token for the byte ${byteName(byte)}, which occurs in the text`,
        'Download the tokenizer again or use another model',
      );
    });
  }
}

function byteName(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
