import { type AlignedText, type Normalizer, Rewriter } from './alignedText';

/** A Unicode normalisation form (Unicode Standard Annex 15). */
export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** What combines with the character before it: marks, and the later letters of a Hangul syllable. */
const joining = /^[\p{M}\u1160-\u11ff]/u;

/** Normalisation acts within groups of a base character and what combines with it; positions are kept for each group. */
export function unicodeForm(form: UnicodeForm): Normalizer {
  const decomposed = form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD';
  return (text) => {
    const whole = text.normalize(form);
    if (whole === text) return { text, boundaries: null };
    const byGroups = rewriteGroups(text, form, decomposed);
    if (byGroups.text === whole) return byGroups;
    // A composition that the groups do not know: the text as a whole is one group.
    const rewriter = new Rewriter(text);
    rewriter.replace(0, text.length, whole);
    return rewriter.finish();
  };
}

function rewriteGroups(text: string, form: UnicodeForm, decomposed: UnicodeForm): AlignedText {
  const rewriter = new Rewriter(text);
  for (let start = 0; start < text.length;) {
    let end = start + unitsAt(text, start);
    while (end < text.length && joins(text, end, decomposed)) end += unitsAt(text, end);
    const group = text.slice(start, end);
    const normal = group.normalize(form);
    if (normal !== group) rewriter.replace(start, end, normal);
    start = end;
  }
  return rewriter.finish();
}

function joins(text: string, at: number, decomposed: UnicodeForm): boolean {
  const code = text.codePointAt(at)!;
  return code >= 0x80 && joining.test(String.fromCodePoint(code).normalize(decomposed));
}

function unitsAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
