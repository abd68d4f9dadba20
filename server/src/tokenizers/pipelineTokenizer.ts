import { type AddedToken, AddedTokenFinder } from './addedTokens';
import { type AlignedText, normalizeAll } from './normalizing/alignedText';
import type { NormalizerSteps } from './normalizing/normalizers';
import { PieceCache } from './pieces/pieceCache';
import type { PieceModel } from './pieces/pieceModel';
import { SpanWriter } from './spanWriter';
import type { PiecePlace, Splitter } from './splitting/splitter';
import type { Token, Tokenizer, TokenSpans } from './tokenizer';
import { type Decoding, TokenTexts } from './tokenTexts';
import type { Vocabulary } from './vocabulary';

/** What a tokenizer is made of, whatever file it was read from. */
export interface TokenizerParts {
  readonly file: string;
  readonly vocabulary: Vocabulary;
  readonly addedTokens: readonly AddedToken[];
  /** Tokens that are found in normalised text as they are written, before it is split. */
  readonly fixedTokens: readonly AddedToken[];
  readonly normalizers: NormalizerSteps;
  readonly split: Splitter;
  readonly model: PieceModel;
  readonly decoding: Decoding;
  /** The token that the publisher's tokenizer puts before a text, or null. */
  readonly prependedId: number | null;
}

/** A lone surrogate is in no UTF-8 text. It becomes U+FFFD, which is as long. */
const loneSurrogates = /\p{Surrogate}/gu;

/**
 * Added tokens, normalisation, pieces, tokens, in the order of huggingface/tokenizers (`tokenizers/src/tokenizer/mod.rs`), with exact
 * positions all the way.
 */
export class PipelineTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  private readonly texts: TokenTexts;
  private readonly model: PieceModel;
  private readonly rawFinder: AddedTokenFinder;
  private readonly normalFinder: AddedTokenFinder;

  constructor(
    private readonly parts: TokenizerParts,
    readonly bosId: number | null,
    readonly addsBos: boolean,
  ) {
    const { addedTokens, fixedTokens, normalizers, vocabulary } = parts;
    this.vocabularySize = vocabulary.size;
    this.texts = new TokenTexts(vocabulary, parts.decoding);
    this.model = new PieceCache(parts.model);
    this.rawFinder = new AddedTokenFinder(addedTokens.filter(({ normalized }) => !normalized));
    const normalized = addedTokens
      .filter((token) => token.normalized)
      .map((token) => ({ ...token, content: normalizeAll(token.content, normalizers.all).text }));
    this.normalFinder = new AddedTokenFinder([...normalized, ...fixedTokens]);
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

  encodeSpans(given: string, continues = false): TokenSpans {
    const text = given.replace(loneSurrogates, '\ufffd');
    const out = new SpanWriter();
    for (const { start, end, token } of this.rawFinder.sections(text)) {
      if (token) out.push(token.id, end);
      else this.encodeSection(text.slice(start, end), start, continues, out);
    }
    return out.finish(text.length);
  }

  decode(ids: readonly number[], before: readonly number[] = []): string {
    const opens = before.every((id) => this.texts.isControl(id));
    return this.texts.decode(ids, opens);
  }

  tokenText(id: number): string {
    return this.texts.textOf(id);
  }

  idOf(text: string): number | null {
    return this.texts.idOf(text);
  }

  /** @param offset where the section starts in the whole text. */
  private encodeSection(section: string, offset: number, continues: boolean, out: SpanWriter): void {
    const { normalizers } = this.parts;
    const isContinuation = continues && offset === 0;
    const aligned = normalizeAll(section, isContinuation ? normalizers.continuing : normalizers.all);
    for (const { start, end, token } of this.normalFinder.sections(aligned.text)) {
      if (token) {
        out.push(token.id, offset + boundaryAt(aligned, end));
        continue;
      }
      const place = offset > 0 || start > 0 ? 'inner' : continues ? 'continuing' : 'first';
      this.encodePieces(aligned, start, end, place, (id, at) => {
        out.push(id, offset + at);
      });
    }
  }

  /** @param push takes tokens and where they end in the text before normalisation. */
  private encodePieces(
    aligned: AlignedText,
    from: number,
    to: number,
    place: PiecePlace,
    push: (id: number, end: number) => void,
  ): void {
    const { model } = this;
    // The unit up to which tokens are written, and the first that is not put in front of the piece.
    let at = 0;
    let first = 0;
    const write = (part: string): void => {
      const { ids, units } = model.encode(part);
      let within = at;
      for (let i = 0; i < ids.length; i++) {
        within += units[i]!;
        push(ids[i]!, boundaryAt(aligned, Math.max(first, within)));
      }
      at += part.length;
    };
    this.parts.split(aligned.text.slice(from, to), from, 0, place, (piece, start, front) => {
      first = start;
      at = start - front;
      model.cut(piece, write);
    });
  }
}

function boundaryAt({ boundaries }: AlignedText, at: number): number {
  return boundaries ? boundaries[at]! : at;
}
