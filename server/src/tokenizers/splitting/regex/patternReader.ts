/** A pattern that cannot be used; the message says why. */
export class PatternError extends Error {}

/** Reads a pattern from left to right. */
export class PatternReader {
  private at = 0;

  constructor(private readonly source: string) {}

  get atEnd(): boolean {
    return this.at >= this.source.length;
  }

  /** The next UTF-16 unit, '' at the end. */
  peek(): string {
    return this.source[this.at] ?? '';
  }

  /** What comes next, at most `length` units. */
  rest(length: number): string {
    return this.source.slice(this.at, this.at + length);
  }

  /** Moves past `text` when it comes next. */
  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Moves past what a sticky expression matches here. */
  takeMatch(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.source);
    if (match) this.at += match[0].length;
    return match;
  }

  /** The next character, and moves past it. @throws PatternError at the end. */
  character(): string {
    if (this.atEnd) throw new PatternError('it ends in the middle');
    const character = String.fromCodePoint(this.source.codePointAt(this.at)!);
    this.at += character.length;
    return character;
  }
}
