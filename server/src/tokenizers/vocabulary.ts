import type { AddedToken } from './addedTokens';
import type { EntryIndex, TextPart } from './entryIndex';

/** The entries of a tokenizer as its file writes them, by id and by name. */
export class Vocabulary {
  /** One more than the largest id. */
  readonly size: number;
  private readonly addedById: ReadonlyMap<number, AddedToken>;
  private readonly addedIds: ReadonlyMap<string, number>;

  /**
   * @param entries by id; ids without an entry are undefined.
   * @param index of the entries that text is made of.
   */
  constructor(
    private readonly entries: readonly (string | undefined)[],
    private readonly index: EntryIndex,
    addedTokens: readonly AddedToken[],
  ) {
    this.addedById = new Map(addedTokens.map((token) => [token.id, token]));
    this.addedIds = new Map(addedTokens.map(({ id, content }) => [content, id]));
    this.size = addedTokens.reduce((size, { id }) => Math.max(size, id + 1), entries.length);
  }

  /** The id of an entry that text is made of. */
  readonly idOf = (entry: string): number | undefined => this.index.find(entry);

  /** The id of the entry that two parts of texts make up, or one alone. */
  idOfParts(left: TextPart, right?: TextPart): number | undefined {
    return this.index.findJoined(left, right);
  }

  /** The entry that text is made of; '' when there is none. */
  readonly entryOf = (id: number): string => this.entries[id] ?? '';

  /** What the file calls a token, its added tokens first; undefined for an id that it does not have. */
  nameOf(id: number): string | undefined {
    return this.addedById.get(id)?.content ?? this.entries[id];
  }

  addedToken(id: number): AddedToken | undefined {
    return this.addedById.get(id);
  }

  addedId(content: string): number | null {
    return this.addedIds.get(content) ?? null;
  }

  /** The id of a token by its name in the file: an added token's content or an entry as written. */
  idOfName(name: string): number | null {
    return this.addedIds.get(name) ?? this.index.find(name) ?? null;
  }
}
