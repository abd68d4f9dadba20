import { FileFormatError } from '../formats/errors';
import { byteCharacters, bytesEntry, entryBytes } from './byteAlphabet';
import { type MergeRule, mostMergeRules } from './bytePairMerger';
import type { TokenizerDefinition } from './tokenizerDefinition';

const utf8 = new TextEncoder();

/** Entries, ids and bytes of a byte-level vocabulary with its added tokens. */
export class ByteLevelVocabulary {
  /** One more than the largest id. */
  readonly size: number;
  /** Id of each single byte, or -1. */
  readonly byteIds: Int32Array;
  private readonly bytesById = new Map<number, Uint8Array>();
  private readonly texts = new Map<number, string>();
  private readonly addedIds: ReadonlyMap<string, number>;

  constructor(private readonly definition: TokenizerDefinition) {
    const { vocabulary, addedTokens } = definition;
    let largest = -1;
    for (const [entry, id] of vocabulary) {
      this.bytesById.set(id, entryBytes(entry));
      largest = Math.max(largest, id);
    }
    for (const { id, content } of addedTokens) {
      this.bytesById.set(id, utf8.encode(content));
      largest = Math.max(largest, id);
    }
    this.size = largest + 1;
    this.addedIds = new Map(addedTokens.map(({ id, content }) => [content, id]));
    this.byteIds = Int32Array.from(byteCharacters, (character) => vocabulary.get(character) ?? -1);
  }

  /** The merges of the definition in ids. @throws FileFormatError when one is not in the vocabulary. */
  mergeRules(): readonly MergeRule[] {
    const { merges, vocabulary, file } = this.definition;
    if (merges.length > mostMergeRules) {
      throw new FileFormatError(file, `it has ${merges.length} merges`, 'Download the tokenizer again');
    }
    return merges.map(([left, right], rank) => {
      const ids = [left, right, left + right].map((entry) => vocabulary.get(entry));
      const [leftId, rightId, merged] = ids;
      if (leftId === undefined || rightId === undefined || merged === undefined) {
        const reason = `merge ${rank} ("${left} ${right}") needs entries that are not in the vocabulary`;
        throw new FileFormatError(file, reason, 'Download the tokenizer again');
      }
      return { left: leftId, right: rightId, merged };
    });
  }

  /** The id of the entry with these bytes, added tokens left out. */
  idOfBytes(bytes: Uint8Array): number | undefined {
    return this.definition.vocabulary.get(bytesEntry(bytes));
  }

  /** The id of a token by its name in the file: an added token's content or an entry as written. */
  idOfName(name: string): number | null {
    return this.addedIds.get(name) ?? this.definition.vocabulary.get(name) ?? null;
  }

  /** The id of the token with exactly this text, or null. */
  idOfText(text: string): number | null {
    return this.addedIds.get(text) ?? this.idOfBytes(utf8.encode(text)) ?? null;
  }

  /** The bytes of a token. @throws RangeError when it is not a whole number >= 0. */
  bytesOf(id: number): Uint8Array {
    if (!Number.isSafeInteger(id) || id < 0) throw new RangeError(`${id} is not a token id.`);
    return this.bytesById.get(id) ?? utf8.encode(`<|unused ${id}|>`);
  }

  /** The decoded bytes of a token. @throws RangeError */
  textOf(id: number): string {
    const known = this.texts.get(id);
    if (known !== undefined) return known;
    const text = decodeUtf8(this.bytesOf(id));
    this.texts.set(id, text);
    return text;
  }
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 to text; bytes that form no character become U+FFFD, and a byte order mark is a character like others. */
export function decodeUtf8(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}
