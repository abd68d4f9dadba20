/** A map that forgets what was not used for longest once its entries together weigh too much. */
export class LeastRecentlyUsed<K, V> {
  private readonly entries = new Map<K, V>();
  private total = 0;

  /** @param weigh weight of an entry; it must stay what it was when the entry was set */
  constructor(
    private readonly most: number,
    private readonly weigh: (value: V, key: K) => number,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  /** Keeps a value; the newest is kept even when it is too heavy alone. */
  set(key: K, value: V): void {
    this.delete(key);
    this.entries.set(key, value);
    this.total += this.weigh(value, key);
    for (const oldest of this.entries.keys()) {
      if (this.total <= this.most || this.entries.size === 1) return;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.total -= this.weigh(value, key);
  }

  clear(): void {
    this.entries.clear();
    this.total = 0;
  }
}
