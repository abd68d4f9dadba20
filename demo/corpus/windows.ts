import type { Tokenizer, TokenSpans } from '../../server/src/tokenizers/tokenizer';
import type { Random } from '../random';
import type { CorpusDocument } from './document';

/** A document inside a window: token i of the document is token `first + i` of the window. */
export interface PlacedDocument {
  readonly document: CorpusDocument;
  readonly first: number;
  readonly spans: TokenSpans;
}

/** `length` tokens to read and one more to predict; a document at the end may be cut off. */
export interface Window {
  readonly ids: Int32Array;
  readonly documents: readonly PlacedDocument[];
}

/**
 * Fills a window with documents. It starts with BOS; documents are parted by BOS in most windows, in the others by one or two line
 * ends, which is how they stand in a file.
 */
export function packWindow(
  documents: Iterator<CorpusDocument>,
  tokenizer: Tokenizer,
  random: Random,
  length: number,
): Window {
  const bos = tokenizer.bosId!;
  const newline = tokenizer.idOf('\n')!;
  const separator = random.pick([[bos], [bos], [bos], [newline], [newline, newline]]);
  const ids = [bos];
  const placed: PlacedDocument[] = [];
  while (ids.length <= length) {
    const next = documents.next();
    if (next.done === true) break;
    const spans = tokenizer.encodeSpans(next.value.text);
    placed.push({ document: next.value, first: ids.length, spans });
    for (const id of spans.ids) ids.push(id);
    ids.push(...separator);
  }
  while (ids.length <= length) ids.push(bos);
  return { ids: Int32Array.from(ids.slice(0, length + 1)), documents: placed };
}

/** Packs documents until they run out; the last window is filled up with BOS. */
export function packAll(
  documents: readonly CorpusDocument[],
  tokenizer: Tokenizer,
  random: Random,
  length: number,
): Window[] {
  const windows: Window[] = [];
  const rest = documents[Symbol.iterator]();
  for (;;) {
    const window = packWindow(rest, tokenizer, random, length);
    if (window.documents.length === 0) return windows;
    windows.push(window);
  }
}
