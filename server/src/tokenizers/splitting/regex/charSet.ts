/** A set of characters, written as a class of JavaScript's `v` dialect (`[\p{L}\u{27}]`). */
export class CharSet {
  /** Of every 16-bit code: 0 not known yet, 1 in the set, 2 not in it. */
  private readonly known = new Uint8Array(0x1_0000);
  private readonly knownHigh = new Map<number, boolean>();
  private readonly pattern: RegExp;

  /** @throws SyntaxError when the class is not one, such as one with an unknown property. */
  private constructor(source: string, ignoresCase: boolean) {
    this.pattern = new RegExp(`^${source}$`, ignoresCase ? 'iv' : 'v');
  }

  private static readonly all = new Map<string, CharSet>();

  /** @throws SyntaxError */
  static of(source: string, ignoresCase: boolean): CharSet {
    const key = `${ignoresCase ? 'i' : ''}${source}`;
    let set = this.all.get(key);
    if (!set) {
      set = new CharSet(source, ignoresCase);
      // Few patterns are ever in use at once.
      if (this.all.size > 200) this.all.clear();
      this.all.set(key, set);
    }
    return set;
  }

  has(codePoint: number): boolean {
    if (codePoint > 0xffff) return this.hasHigh(codePoint);
    const known = this.known[codePoint]!;
    if (known !== 0) return known === 1;
    const found = this.pattern.test(String.fromCharCode(codePoint));
    this.known[codePoint] = found ? 1 : 2;
    return found;
  }

  /** How many UTF-16 units the character at `at` has, or 0 when it is not in the set or the text ends there. */
  unitsAt(text: string, at: number): number {
    if (at >= text.length) return 0;
    const code = text.charCodeAt(at);
    if ((code & 0xfc00) !== 0xd800) return this.has(code) ? 1 : 0;
    const codePoint = text.codePointAt(at)!;
    if (!this.has(codePoint)) return 0;
    return codePoint > 0xffff ? 2 : 1;
  }

  private hasHigh(codePoint: number): boolean {
    let found = this.knownHigh.get(codePoint);
    if (found === undefined) {
      found = this.pattern.test(String.fromCodePoint(codePoint));
      this.knownHigh.set(codePoint, found);
    }
    return found;
  }
}
