import { FileFormatError } from '../../formats/errors';
import { type Normalizer, Rewriter } from './alignedText';

/**
 * A compiled table of text replacements: a double-array trie over UTF-8, and the replacements one after the other, each ended by a
 * zero byte (google/sentencepiece `src/normalizer.cc`, `third_party/darts_clone/darts.h`).
 */
export interface Charsmap {
  readonly units: Uint32Array;
  readonly replacements: Uint8Array;
}

const utf8 = new TextEncoder();
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Splits the bytes of a charsmap: the size of the trie in bytes (u32), the trie, the replacements. @throws FileFormatError */
export function readCharsmap(bytes: Uint8Array, file: string): Charsmap {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < 4 ? -1 : view.getUint32(0, true);
  if (size < 4 || size % 4 !== 0 || 4 + size > bytes.length) {
    throw new FileFormatError(
      file,
      'its table of character replacements is damaged',
      'Download the tokenizer again',
    );
  }
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  return { units, replacements: bytes.slice(4 + size) };
}

/** An entry of the table: how many bytes it matches, and the replacement. */
export interface CharsmapEntry {
  readonly length: number;
  readonly text: string;
}

/** The entries that `bytes` begins with, the shortest first. Steps that lead out of the table match nothing. */
export function* entriesAt({ units, replacements }: Charsmap, bytes: Uint8Array): Generator<CharsmapEntry> {
  let at = offsetOf(units[0]!);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    at = (at ^ byte) >>> 0;
    const unit = units[at];
    if (byte === 0 || unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return;
    at = (at ^ offsetOf(unit)) >>> 0;
    if (((unit >>> 8) & 1) === 0) continue;
    const value = units[at];
    if (value === undefined) return;
    yield { length: i + 1, text: textAt(replacements, value & 0x7fffffff) };
  }
}

function offsetOf(unit: number): number {
  return ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;
}

function textAt(replacements: Uint8Array, start: number): string {
  const end = replacements.indexOf(0, start);
  return lenient.decode(replacements.subarray(start, end < 0 ? replacements.length : end));
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Longer graphemes, in bytes, are replaced character by character. */
const longestGrapheme = 5;
const mostRemembered = 100_000;

/**
 * Replaces graphemes and characters as huggingface/tokenizers does (`tokenizers/src/normalizers/precompiled.rs`): a short grapheme
 * whole, by the shortest entry that it begins with, else each of its characters.
 */
export function replaceGraphemes(charsmap: Charsmap): Normalizer {
  const known = new Map<string, string | null>();
  const replacementOf = (part: string): string | null => {
    const remembered = known.get(part);
    if (remembered !== undefined) return remembered;
    const [entry] = entriesAt(charsmap, utf8.encode(part));
    const found = entry?.text ?? null;
    if (known.size < mostRemembered) known.set(part, found);
    return found;
  };
  return (text) => {
    const rewriter = new Rewriter(text);
    const replace = (part: string, start: number): boolean => {
      const replacement = replacementOf(part);
      if (replacement === null) return false;
      if (replacement !== part) rewriter.replace(start, start + part.length, replacement);
      return true;
    };
    for (const { segment, index } of graphemes.segment(text)) {
      if (Buffer.byteLength(segment) <= longestGrapheme && replace(segment, index)) continue;
      let start = index;
      for (const character of segment) {
        replace(character, start);
        start += character.length;
      }
    }
    return rewriter.finish();
  };
}
