// Byte-level BPE writes every byte as one printable character, so that vocabularies are readable text: printable Latin-1 characters
// stand for themselves and the other 68 bytes, in order, for U+0100 onwards (openai/gpt-2 `src/encoder.py`).

function standsForItself(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
}

function buildAlphabet(): readonly string[] {
  let substitutes = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(standsForItself(byte) ? byte : 0x100 + substitutes++),
  );
}

/** The character that stands for each of the 256 bytes. */
export const byteCharacters: readonly string[] = buildAlphabet();

const bytesByCharacter: ReadonlyMap<string, number> = new Map(
  byteCharacters.map((character, byte) => [character, byte]),
);

const utf8 = new TextEncoder();

/** The bytes behind a vocabulary entry. An entry with other characters, such as an added token, stands for its own UTF-8. */
export function entryBytes(entry: string): Uint8Array {
  const bytes = new Uint8Array(entry.length);
  for (let i = 0; i < entry.length; i++) {
    const byte = bytesByCharacter.get(entry[i]!);
    if (byte === undefined) return utf8.encode(entry);
    bytes[i] = byte;
  }
  return bytes;
}

/** The vocabulary entry for a sequence of bytes. */
export function bytesEntry(bytes: Uint8Array): string {
  let entry = '';
  for (const byte of bytes) entry += byteCharacters[byte]!;
  return entry;
}
