/** The entries that stand for single bytes where a character is in no other entry: `<0x00>` to `<0xFF>`. */
export const byteEntries: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

const bytesByEntry: ReadonlyMap<string, number> = new Map(byteEntries.map((entry, byte) => [entry, byte]));

/** The byte that an entry stands for, or null. */
export function fallbackByte(entry: string): number | null {
  return bytesByEntry.get(entry) ?? null;
}

const utf8 = new TextEncoder();

/** Writes characters in byte tokens. */
export class ByteFallback {
  private readonly ids: Int32Array;

  constructor(idOf: (entry: string) => number | undefined) {
    this.ids = Int32Array.from(byteEntries, (entry) => idOf(entry) ?? -1);
  }

  /** Ids of all byte tokens that there are. */
  get known(): ReadonlySet<number> {
    return new Set(this.ids.filter((id) => id >= 0));
  }

  /** The byte tokens of a text; null when one is missing. */
  tokensOf(text: string): Int32Array | null {
    const tokens = Int32Array.from(utf8.encode(text), (byte) => this.ids[byte]!);
    return tokens.includes(-1) ? null : tokens;
  }
}
