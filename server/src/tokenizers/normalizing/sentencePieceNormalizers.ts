import type { AddedTokenFinder } from '../addedTokens';
import { type AlignedText, type Normalizer, Rewriter } from './alignedText';
import { type Charsmap, entriesAt } from './charsmap';

const utf8 = new TextEncoder();
const longestEntry = 256;

/**
 * Replaces at each place the longest entry of a table (google/sentencepiece `src/normalizer.cc`).
 * @param kept what stays as it is.
 */
export function replaceLongest(charsmap: Charsmap, kept: AddedTokenFinder): Normalizer {
  return (text) => {
    const rewriter = new Rewriter(text);
    for (const { start, end, token } of kept.sections(text))
      if (!token) replaceIn(text, start, end, charsmap, rewriter);
    return rewriter.finish();
  };
}

function replaceIn(text: string, start: number, end: number, charsmap: Charsmap, rewriter: Rewriter): void {
  const bytes = utf8.encode(text.slice(start, end));
  let byte = 0;
  for (let at = start; at < end;) {
    let longest = null;
    for (const entry of entriesAt(charsmap, bytes.subarray(byte, byte + longestEntry))) longest = entry;
    const units = longest ? unitsOf(text, at, longest.length) : 0;
    if (longest && units > 0) rewriter.replace(at, at + units, longest.text);
    const step = units || (text.codePointAt(at)! > 0xffff ? 2 : 1);
    byte += Buffer.byteLength(text.slice(at, at + step));
    at += step;
  }
}

/** UTF-16 units of the characters that `bytes` bytes of UTF-8 from `at` on make up; 0 when they end inside a character. */
function unitsOf(text: string, at: number, bytes: number): number {
  let end = at;
  for (let left = bytes; left > 0;) {
    const code = text.codePointAt(end);
    if (code === undefined) return 0;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    if (left < 0) return 0;
    end += code > 0xffff ? 2 : 1;
  }
  return end - at;
}

/** No space at either end, and one where there were several. What stands for a space (U+2581) is one at the end. */
export function collapseSpaces(text: string): AlignedText {
  const rewriter = new Rewriter(text);
  let last = text.length;
  while (last > 0 && (text[last - 1] === ' ' || text[last - 1] === '\u2581')) last--;
  for (const { 0: spaces, index } of text.slice(0, last).matchAll(/ +/g)) {
    const kept = index === 0 ? 0 : 1;
    if (spaces.length > kept) rewriter.replace(index + kept, index + spaces.length, '');
  }
  if (last < text.length) rewriter.replace(last, text.length, '');
  return rewriter.finish();
}
