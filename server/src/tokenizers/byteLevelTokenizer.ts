import { FileFormatError } from '../formats/errors';
import { AddedTokenFinder } from './addedTokens';
import { type ByteLevelVocabulary, decodeUtf8 } from './byteLevelVocabulary';
import { BytePairMerger } from './bytePairMerger';
import { normalizeToNfc } from './nfc';
import { compilePreTokenizer, type CompiledPreTokenizer } from './preTokenizer';
import { SpanWriter } from './spanWriter';
import type { Token, Tokenizer, TokenSpans } from './tokenizer';
import type { TokenizerDefinition } from './tokenizerDefinition';
import { unitCounts } from './unitCounts';

/** The tokens of one piece: ids, and how many UTF-16 units each covers. */
interface PieceTokens {
  readonly ids: Int32Array;
  readonly units: Int32Array;
}

/** Pieces up to this length are remembered: most words of a text occur again. */
const longestRemembered = 32;
const mostRemembered = 50_000;

const utf8 = new TextEncoder();

/** Byte-level BPE (GPT-2, Pythia, Llama 3, Qwen) with exact positions. */
export class ByteLevelTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  private readonly merger: BytePairMerger;
  private readonly preTokenizer: CompiledPreTokenizer;
  private readonly addedTokens: AddedTokenFinder;
  private readonly remembered = new Map<string, PieceTokens>();

  /**
   * @param vocabulary made from the same definition.
   * @throws FileFormatError when the merges do not fit the vocabulary or the pre-tokenizer is not supported.
   */
  constructor(
    private readonly definition: TokenizerDefinition,
    readonly bosId: number | null,
    readonly addsBos: boolean,
    private readonly vocabulary: ByteLevelVocabulary,
  ) {
    this.vocabularySize = vocabulary.size;
    this.merger = new BytePairMerger(vocabulary.mergeRules(), vocabulary.size);
    this.preTokenizer = compilePreTokenizer(definition.preTokenizers, definition.file);
    this.addedTokens = new AddedTokenFinder(definition.addedTokens);
  }

  encode(text: string): readonly Token[] {
    const { ids, ends } = this.encodeSpans(text);
    return Array.from(ids, (id, index) => ({
      id,
      text: this.tokenText(id),
      start: index === 0 ? 0 : ends[index - 1]!,
      end: ends[index]!,
    }));
  }

  encodeSpans(text: string): TokenSpans {
    const out = new SpanWriter();
    for (const { start, end, token } of this.addedTokens.sections(text)) {
      if (token) out.push(token.id, end);
      else this.encodeSection(text.slice(start, end), start, out);
    }
    return out.finish();
  }

  decode(ids: readonly number[]): string {
    const parts = ids.map((id) => this.vocabulary.bytesOf(id));
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let filled = 0;
    for (const part of parts) {
      bytes.set(part, filled);
      filled += part.length;
    }
    return decodeUtf8(bytes);
  }

  tokenText(id: number): string {
    return this.vocabulary.textOf(id);
  }

  idOf(text: string): number | null {
    return this.vocabulary.idOfText(text);
  }

  /** Encodes text without added tokens. @param offset where it starts in the whole text. */
  private encodeSection(section: string, offset: number, out: SpanWriter): void {
    const { text, boundaries } = this.definition.normalizesToNfc
      ? normalizeToNfc(section)
      : { text: section, boundaries: null };
    const prefix = this.preTokenizer.addsPrefixSpace && !text.startsWith(' ') ? 1 : 0;
    let at = -prefix;
    this.preTokenizer.split(prefix ? ` ${text}` : text, (piece) => {
      const { ids, units } = this.pieceTokens(piece);
      for (let i = 0; i < ids.length; i++) {
        at += units[i]!;
        // Only the prefix space lies before the text; it covers nothing.
        const end = Math.max(0, at);
        out.push(ids[i]!, offset + (boundaries ? boundaries[end]! : end));
      }
    });
  }

  private pieceTokens(piece: string): PieceTokens {
    const known = this.remembered.get(piece);
    if (known) return known;
    const tokens = this.tokenizePiece(piece);
    if (piece.length <= longestRemembered) {
      if (this.remembered.size >= mostRemembered) this.remembered.clear();
      this.remembered.set(ownCopy(piece), tokens);
    }
    return tokens;
  }

  private tokenizePiece(piece: string): PieceTokens {
    const bytes = utf8.encode(piece);
    const whole = this.definition.ignoreMerges ? this.vocabulary.idOfBytes(bytes) : undefined;
    const ids =
      whole === undefined ? this.merger.merge(this.byteTokens(bytes)).slice() : Int32Array.of(whole);
    const lengths = this.verify(ids, bytes);
    return { ids, units: unitCounts(piece, lengths) };
  }

  private byteTokens(bytes: Uint8Array): Int32Array {
    const { byteIds } = this.vocabulary;
    return Int32Array.from(bytes, (byte) => {
      const id = byteIds[byte]!;
      if (id >= 0) return id;
      const name = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      throw this.unusable(`its vocabulary has no token for the byte ${name}, which occurs in the text`);
    });
  }

  /** The number of bytes of each token; together they must be the bytes of the piece. */
  private verify(ids: Int32Array, bytes: Uint8Array): Int32Array {
    let at = 0;
    const lengths = ids.map((id) => {
      const part = this.vocabulary.bytesOf(id);
      for (let i = 0; i < part.length; i++) {
        if (part[i] !== bytes[at + i])
          throw this.unusable(`the bytes of token ${id} are not those of the text`);
      }
      at += part.length;
      return part.length;
    });
    if (at !== bytes.length) throw this.unusable('its tokens do not add up to the text');
    return lengths;
  }

  private unusable(reason: string): FileFormatError {
    return new FileFormatError(
      this.definition.file,
      reason,
      'Download the tokenizer again or use another model',
    );
  }
}

/** A slice of a long text would keep the whole text in memory. */
function ownCopy(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le');
}
