import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { tagTokens } from '../corpus/tagTokens';
import type { Window } from '../corpus/windows';

/** Numbers for tags, shared by several sets of rows. */
export class TagNumbers {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    this.names.push(name);
    return this.names.length - 1;
  }
}

/** The positions of windows that are not BOS, in order, with what is true of each. */
export interface TaggedRows {
  /** Token id by row. */
  readonly ids: Int32Array;
  /** Tag numbers by row: of the corpus, `token:T` for the token itself and `next.token:T` for its successor. */
  readonly tags: readonly Int32Array[];
}

export function tagRows(
  windows: readonly Window[],
  tokenizer: Tokenizer,
  length: number,
  numbers: TagNumbers,
): TaggedRows {
  const ids: number[] = [];
  const tags: Int32Array[] = [];
  for (const window of windows) {
    const corpusTags = tagsByPosition(window, length);
    for (let position = 0; position < length; position++) {
      const id = window.ids[position]!;
      if (id === tokenizer.bosId) continue;
      const names = [...corpusTags[position]!];
      names.push(
        `token:${tokenizer.tokenText(id)}`,
        `next.token:${tokenizer.tokenText(window.ids[position + 1]!)}`,
      );
      ids.push(id);
      tags.push(Int32Array.from(names, (name) => numbers.of(name)));
    }
  }
  return { ids: Int32Array.from(ids), tags };
}

function tagsByPosition({ documents }: Window, length: number): ReadonlySet<string>[] {
  const byPosition = Array.from({ length }, (): ReadonlySet<string> => new Set());
  for (const { document, first, spans } of documents) {
    tagTokens(document, spans).forEach((tags, i) => {
      if (first + i < length) byPosition[first + i] = tags;
    });
  }
  return byPosition;
}

/** How many rows carry each tag. */
export function countTags({ tags }: TaggedRows, tagCount: number): Int32Array {
  const counts = new Int32Array(tagCount);
  for (const row of tags) for (const tag of row) counts[tag] = counts[tag]! + 1;
  return counts;
}
