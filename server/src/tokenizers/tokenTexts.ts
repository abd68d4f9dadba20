import { bytesEntry, entryBytes } from './byteAlphabet';
import { byteEntries, fallbackByte } from './pieces/byteFallback';
import type { Vocabulary } from './vocabulary';

/** How entries become text. */
export interface Decoding {
  /** Entries are bytes, written in the byte alphabet. */
  readonly isByteLevel: boolean;
  /** What stands for something else in entries: "▁" for a space. */
  readonly replacements: readonly (readonly [from: string, to: string])[];
  /** `<0xHH>` stands for a byte. */
  readonly byteFallback: boolean;
  /** A space at the beginning of a text was put there by `encode`. */
  readonly stripsSpace: boolean;
  /** What stands between tokens. */
  readonly separator: string;
}

const utf8 = new TextEncoder();
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** The text of tokens and of sequences of them. */
export class TokenTexts {
  private readonly known = new Map<number, string>();

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly decoding: Decoding,
  ) {}

  /** The text of one token; a part of a character is U+FFFD. @throws RangeError when the id is not a whole number >= 0. */
  textOf(id: number): string {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const text = lenient.decode(this.bytesOf(id));
    this.known.set(id, text);
    return text;
  }

  /** The id of the token with exactly this text, or null. */
  idOf(text: string): number | null {
    const added = this.vocabulary.addedId(text);
    if (added !== null) return added;
    const entry = this.decoding.isByteLevel ? bytesEntry(utf8.encode(text)) : this.asEntry(text);
    const id = this.vocabulary.idOf(entry) ?? this.byteIdOf(text);
    return id !== undefined && this.textOf(id) === text ? id : null;
  }

  /** The text of a sequence. @param opens whether it is the beginning of a text. @throws RangeError */
  decode(ids: readonly number[], opens: boolean): string {
    const { decoding } = this;
    const start = opens ? ids.findIndex((id) => !this.isControl(id)) : -1;
    const parts: string[] = [];
    for (let at = 0; at < ids.length;) {
      const end = this.runEnd(ids, at);
      const text = end > at ? this.runText(ids.slice(at, end)) : this.textOf(ids[at]!);
      parts.push(
        decoding.stripsSpace && start >= at && start < Math.max(end, at + 1) ? withoutSpace(text) : text,
      );
      at = Math.max(end, at + 1);
    }
    return parts.join(decoding.separator);
  }

  /** Whether a token is not part of the text but of its frame. */
  isControl(id: number): boolean {
    return this.vocabulary.addedToken(id)?.special ?? false;
  }

  /** The end of the run of tokens from `at` whose bytes are read together; `at` itself when it is none. */
  private runEnd(ids: readonly number[], at: number): number {
    let end = at;
    while (end < ids.length && (this.decoding.isByteLevel || this.byteOf(ids[end]!) !== null)) end++;
    return end;
  }

  private runText(ids: readonly number[]): string {
    const bytes = Buffer.concat(ids.map((id) => this.bytesOf(id)));
    if (this.decoding.isByteLevel) return lenient.decode(bytes);
    try {
      return strict.decode(bytes);
    } catch {
      // Bytes that form no characters are one U+FFFD each, all of the run (huggingface/tokenizers `byte_fallback.rs`).
      return '\ufffd'.repeat(bytes.length);
    }
  }

  private bytesOf(id: number): Uint8Array {
    if (!Number.isSafeInteger(id) || id < 0) throw new RangeError(`${id} is not a token id.`);
    const name = this.vocabulary.nameOf(id);
    if (name === undefined) return utf8.encode(`<|unused ${id}|>`);
    if (this.decoding.isByteLevel)
      return this.vocabulary.addedToken(id) ? utf8.encode(name) : entryBytes(name);
    const byte = this.byteOf(id);
    if (byte !== null) return Uint8Array.of(byte);
    return utf8.encode(
      this.decoding.replacements.reduce((text, [from, to]) => text.replaceAll(from, to), name),
    );
  }

  private byteOf(id: number): number | null {
    if (!this.decoding.byteFallback) return null;
    const name = this.vocabulary.nameOf(id);
    return name === undefined ? null : fallbackByte(name);
  }

  private asEntry(text: string): string {
    return this.decoding.replacements.reduceRight(
      (entry, [from, to]) => (to === '' ? entry : entry.replaceAll(to, from)),
      text,
    );
  }

  private byteIdOf(text: string): number | undefined {
    const bytes = this.decoding.byteFallback ? utf8.encode(text) : [];
    return bytes.length === 1 ? this.vocabulary.idOf(byteEntries[bytes[0]!]!) : undefined;
  }
}

function withoutSpace(text: string): string {
  return text.startsWith(' ') ? text.slice(1) : text;
}
