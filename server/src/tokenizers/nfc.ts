/** A text in Unicode normalisation form C and where its boundaries lie in the original. */
export interface NormalizedText {
  readonly text: string;
  /**
   * For each boundary between UTF-16 units of `text` (0 to its length), the boundary in the original. Inside a group of characters
   * that normalisation changed, it is the end of the group. Null when nothing changed.
   */
  readonly boundaries: Int32Array | null;
}

/** Normalisation acts within a base character and what combines with it: marks, and the later letters of a Hangul syllable. */
const group = /[^\p{M}\u1160-\u11ff]?[\p{M}\u1160-\u11ff]*/gu;

/** Normalises a text to NFC and keeps track of positions. */
export function normalizeToNfc(text: string): NormalizedText {
  const whole = text.normalize('NFC');
  if (whole === text) return { text, boundaries: null };
  const boundaries = new Int32Array(whole.length + 1);
  let at = 0;
  for (const { 0: original, index } of text.matchAll(group)) {
    const normal = original.normalize('NFC');
    const end = index + original.length;
    const start = at;
    for (; at < start + normal.length; at++) {
      const offset = at - start;
      boundaries[at] = normal === original || offset === 0 ? index + offset : end;
    }
    boundaries[at] = end;
  }
  return { text: whole, boundaries };
}
