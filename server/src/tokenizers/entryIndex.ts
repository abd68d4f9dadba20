/** A part of a text. */
export interface TextPart {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const nothing: TextPart = { text: '', start: 0, end: 0 };

/**
 * Finds entries by their text: a hash table in typed arrays (open addressing) that reads the parts of a text in place, because a
 * quarter of a million entries and half a million merges as map keys and new strings take a second.
 */
export class EntryIndex {
  private readonly slots: Int32Array;
  private readonly mask: number;

  /** @param entries by id; of two equal ones the later is found. @param isFound which can be found; without it all. */
  constructor(
    private readonly entries: readonly (string | undefined)[],
    isFound: (id: number) => boolean = () => true,
  ) {
    const count = entries.reduce((sum: number, entry) => (entry === undefined ? sum : sum + 1), 0);
    const slots = 2 ** Math.ceil(Math.log2(2 * count + 2));
    this.mask = slots - 1;
    this.slots = new Int32Array(slots).fill(-1);
    entries.forEach((entry, id) => {
      if (entry !== undefined && isFound(id)) this.slots[this.slotOf(whole(entry), nothing)] = id;
    });
  }

  find(entry: string): number | undefined {
    return this.findJoined(whole(entry), nothing);
  }

  /** The id of the entry that two parts of texts make up. */
  findJoined(left: TextPart, right: TextPart = nothing): number | undefined {
    const id = this.slots[this.slotOf(left, right)]!;
    return id < 0 ? undefined : id;
  }

  private slotOf(left: TextPart, right: TextPart): number {
    const hash = hashOf(right, hashOf(left, seed));
    let slot = (hash ^ (hash >>> 15)) & this.mask;
    while (this.slots[slot] !== -1 && !isJoined(this.entries[this.slots[slot]!]!, left, right))
      slot = (slot + 1) & this.mask;
    return slot;
  }
}

/** A text as a part of itself. */
export function whole(text: string): TextPart {
  return { text, start: 0, end: text.length };
}

/** Different in every process, so that no file can be made of entries that all share a slot. */
const seed = Math.trunc(Math.random() * 2 ** 32);

function hashOf({ text, start, end }: TextPart, before: number): number {
  let hash = before;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x9e3779b1);
  return hash;
}

function isJoined(entry: string, left: TextPart, right: TextPart): boolean {
  const middle = left.end - left.start;
  return (
    entry.length === middle + right.end - right.start && hasAt(entry, 0, left) && hasAt(entry, middle, right)
  );
}

function hasAt(entry: string, at: number, { text, start, end }: TextPart): boolean {
  for (let i = start; i < end; i++) if (entry.charCodeAt(at + i - start) !== text.charCodeAt(i)) return false;
  return true;
}
