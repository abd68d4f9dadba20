/**
 * The demo's pre-tokeniser, as regular expressions: digits are split off in pairs first (a space before a pair stays with it), then
 * the GPT-2 expression of the byte-level pre-tokeniser splits what lies between.
 */
export const digitPairs = ' ?\\p{N}{1,2}';

const isolateDigits = new RegExp(digitPairs, 'gu');
const byteLevel =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The pieces of a text that no merge crosses, in order; together they are the text. */
export function preTokenise(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const digits of text.matchAll(isolateDigits)) {
    pieces.push(...(text.slice(from, digits.index).match(byteLevel) ?? []), digits[0]);
    from = digits.index + digits[0].length;
  }
  pieces.push(...(text.slice(from).match(byteLevel) ?? []));
  return pieces;
}

/** GPT-2's table of a printable character for each of the 256 bytes. */
export const byteCharacters: readonly string[] = buildByteCharacters();

function buildByteCharacters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(printable ? byte : next++);
  });
}

/** A text as the printable characters of its UTF-8 bytes. */
export function toByteCharacters(text: string): string[] {
  return Array.from(new TextEncoder().encode(text), (byte) => byteCharacters[byte]!);
}
