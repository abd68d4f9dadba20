/** Different in every process, so that no file can be made of entries that all share a slot. */
const seed = Math.trunc(Math.random() * 2 ** 32);

/** A tree of entries by their UTF-16 units: nodes are rows of typed arrays, children a hash table of (node, unit). */
export class PieceTrie {
  private keys = new Float64Array(1024).fill(-1);
  private children = new Int32Array(1024);
  private ids: Int32Array<ArrayBuffer> = new Int32Array(512).fill(-1);
  private nodes = 1;

  /** Of two equal entries the later one holds. */
  add(entry: string, id: number): void {
    let node = 0;
    for (let at = 0; at < entry.length; at++) {
      const unit = entry.charCodeAt(at);
      const child = this.childOf(node, unit);
      node = child >= 0 ? child : this.addNode(node, unit);
    }
    this.ids[node] = id;
  }

  /** Calls `found` with every entry that a text has at `start`, the shortest first. @returns where that one ends, or -1 */
  prefixesAt(text: string, start: number, found: (end: number, id: number) => void): number {
    let node = 0;
    let shortest = -1;
    for (let at = start; at < text.length; at++) {
      node = this.childOf(node, text.charCodeAt(at));
      if (node < 0) break;
      if (this.ids[node]! < 0) continue;
      if (shortest < 0) shortest = at + 1;
      found(at + 1, this.ids[node]!);
    }
    return shortest;
  }

  private childOf(node: number, unit: number): number {
    const slot = this.slotOf(node * 0x1_0000 + unit);
    return this.keys[slot] === -1 ? -1 : this.children[slot]!;
  }

  private addNode(parent: number, unit: number): number {
    if (2 * this.nodes >= this.keys.length) this.grow();
    const node = this.nodes++;
    const key = parent * 0x1_0000 + unit;
    const slot = this.slotOf(key);
    this.keys[slot] = key;
    this.children[slot] = node;
    return node;
  }

  private slotOf(key: number): number {
    const mask = this.keys.length - 1;
    let hash = Math.imul(Math.imul(Math.floor(key / 0x1_0000) ^ seed, 0x9e3779b1) ^ key, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.keys[slot] !== -1 && this.keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, children } = this;
    this.keys = new Float64Array(2 * keys.length).fill(-1);
    this.children = new Int32Array(2 * children.length);
    const ids = new Int32Array(keys.length).fill(-1);
    ids.set(this.ids);
    this.ids = ids;
    keys.forEach((key, old) => {
      if (key === -1) return;
      const slot = this.slotOf(key);
      this.keys[slot] = key;
      this.children[slot] = children[old]!;
    });
  }
}
