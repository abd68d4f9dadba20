/** Bytes of UTF-8 that a code point takes; a lone surrogate is written as U+FFFD. */
function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
}

/**
 * How many UTF-16 units of a text belong to each of its tokens: those of the characters that start in the token. So the first
 * fragment of a character that is split over tokens has all of it, and the others have none.
 * @param lengths the bytes of each token in UTF-8, which add up to the text.
 */
export function unitCounts(text: string, lengths: Int32Array): Int32Array {
  const counts = new Int32Array(lengths.length);
  let token = 0;
  let tokenEnd = lengths[0] ?? 0;
  let byte = 0;
  for (let unit = 0; unit < text.length;) {
    while (byte >= tokenEnd) tokenEnd += lengths[++token]!;
    const codePoint = text.codePointAt(unit)!;
    const units = codePoint > 0xffff ? 2 : 1;
    counts[token]! += units;
    unit += units;
    byte += utf8Length(codePoint);
  }
  return counts;
}
