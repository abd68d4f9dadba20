/** One token of a text. */
export interface Token {
  readonly id: number;
  /** The decoded bytes of the token; a part of a character shows as U+FFFD. */
  readonly text: string;
  /** First UTF-16 unit in the text. */
  readonly start: number;
  /** UTF-16 unit after the last one; equal to `start` for the later fragments of a character that is split over tokens. */
  readonly end: number;
}

/**
 * The tokens of a text in two numbers each, for texts too long for a list of objects. Spans tile the text: token i covers the
 * UTF-16 units from `ends[i - 1]` (0 for the first) to `ends[i]`.
 */
export interface TokenSpans {
  readonly ids: Int32Array;
  readonly ends: Int32Array;
}

/** What to say when a model knows fewer tokens than its tokenizer has: a sentence, or none. */
export function unknownTokens({ vocabularySize }: Tokenizer, vocabulary: number): string[] {
  if (vocabularySize <= vocabulary) return [];
  return [`its tokenizer has ${vocabularySize} tokens, and the model knows only ${vocabulary} of them`];
}

/** Turns text into the token ids a model was trained on, and back, with exact positions. */
export interface Tokenizer {
  /** One more than the largest id; the model's own vocabulary may be padded beyond it. */
  readonly vocabularySize: number;
  /** The beginning-of-sequence token, or null when the tokenizer has none. It may be 0: never test it for truthiness. */
  readonly bosId: number | null;
  /** Whether the publisher's tokenizer prepends BOS by itself. `encode` never does. */
  readonly addsBos: boolean;
  /**
   * The tokens of a text, without BOS. Added tokens written out in the text (`<|endoftext|>`) become one token, as in the
   * publisher's tokenizer. A lone surrogate is encoded as U+FFFD. Of some texts nothing is left to encode (spaces, under a tokenizer
   * that strips them): they have no tokens. What a tokenizer puts in front of a text ("▁") has an empty span at its start.
   * @throws FileFormatError when the tokenizer cannot express the text.
   */
  encode(text: string): readonly Token[];
  /**
   * As `encode`, in two typed arrays.
   * @param continues the text goes on after other text: nothing is put in front of it.
   * @throws FileFormatError
   */
  encodeSpans(text: string, continues?: boolean): TokenSpans;
  /**
   * The text of a sequence of tokens; bytes that form no character become U+FFFD. A space that the tokenizer puts before texts is
   * taken off again at the beginning of a text.
   * @param before the tokens before these in the same text; without any, or with none but BOS and its like, the text begins here.
   * @throws RangeError for a negative or fractional id.
   */
  decode(ids: readonly number[], before?: readonly number[]): string;
  /** The text of one token, a leading space included. Ids beyond the vocabulary, which padded models can predict, read `<|unused ID|>`. */
  tokenText(id: number): string;
  /** The id of the token whose text is exactly this, or null when no single token has it. */
  idOf(text: string): number | null;
}
