/** Random numbers that can be had again: each mutation has a generator of its own, made of the seed and its number. */
export class Random {
  private state: number;

  constructor(seed: number, mutation: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(mutation + 1, 0x85ebca6b)) >>> 0;
    // The first numbers of neighbouring states are alike.
    for (let i = 0; i < 4; i++) this.next();
  }

  /** A whole number from 0 to 2^32 - 1 (mulberry32, Tommy Ettinger). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0 to `bound` - 1; 0 for a bound below 1. */
  below(bound: number): number {
    return bound < 1 ? 0 : this.next() % bound;
  }

  /** One of a list that may be empty. */
  some<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A number from 1 to `most`, in half of all cases 1. */
  fewer(most: number): number {
    return this.once(2) ? 1 : 1 + this.below(most);
  }

  /** True once in `rounds` times. */
  once(rounds: number): boolean {
    return this.below(rounds) === 0;
  }
}
