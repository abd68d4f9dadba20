/** A priority queue of numbers, for paths. Pure. */

/** Takes entries out least cost first. */
export class Heap {
  private readonly costs: number[] = [];
  private readonly items: number[] = [];

  get size(): number {
    return this.items.length;
  }

  push(item: number, cost: number): void {
    let at = this.items.length;
    this.items.push(item);
    this.costs.push(cost);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.costs[parent]! <= this.costs[at]!) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** The entry of least cost; undefined when there is none. */
  pop(): { readonly item: number; readonly cost: number } | undefined {
    if (this.items.length === 0) return undefined;
    this.swap(0, this.items.length - 1);
    const item = this.items.pop()!;
    const cost = this.costs.pop()!;
    this.sink();
    return { item, cost };
  }

  private sink(): void {
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < this.items.length && this.costs[left]! < this.costs[least]!) least = left;
      if (right < this.items.length && this.costs[right]! < this.costs[least]!) least = right;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    [this.items[a], this.items[b]] = [this.items[b]!, this.items[a]!];
    [this.costs[a], this.costs[b]] = [this.costs[b]!, this.costs[a]!];
  }
}
