/**
 * Cutting a long context into blocks that can be tokenised apart. Where the cuts are depends only on the text nearby, so that
 * an edit moves no cut far from it, a block can be found without reading the text before it, and the same text is cut alike
 * wherever it is read. Content-defined chunking (Eshghi and Tang 2005, "A framework for analyzing and improving content-based
 * chunking algorithms", the local-minimum rule).
 */
import type { Span } from '../../../protocol/method';

/** Where a tokenizer allows a text to be cut without changing its tokens. */
export interface CutRule {
  /** Before a space that follows anything but white space. */
  readonly space: boolean;
  /** Before a line break that follows anything but white space. */
  readonly lineBreak: boolean;
}

/** How many UTF-16 units before a possible cut decide its rank. */
const RANKED = 16;

export class BlockCutter {
  /** @param reach no two cuts are nearer than this; blocks have about twice as many units, and at most some thirty times */
  constructor(
    private readonly rule: CutRule,
    private readonly reach: number,
  ) {}

  /**
   * The block that holds the unit at `offset` (the last one for the end of the text). Text without a possible cut for very
   * long is cut where it must be; under a rule that allows none the whole text is one block.
   */
  blockAt(text: string, offset: number): Span {
    if (!this.rule.space && !this.rule.lineBreak) return { start: 0, end: text.length };
    const within = Math.max(0, Math.min(offset, text.length - 1));
    return { start: this.lastCut(text, within), end: this.nextCut(text, within) };
  }

  /** The greatest cut at or before an offset; 0 is one. */
  private lastCut(text: string, offset: number): number {
    for (let end = offset + 1; end > 0; end -= this.step) {
      const cut = this.cuts(text, Math.max(1, end - this.step), end).at(-1);
      if (cut !== undefined) return cut;
    }
    return 0;
  }

  /** The least cut after an offset; the end of the text is one. */
  private nextCut(text: string, offset: number): number {
    for (let start = offset + 1; start < text.length; start += this.step) {
      const cut = this.cuts(text, start, Math.min(text.length, start + this.step))[0];
      if (cut !== undefined) return cut;
    }
    return text.length;
  }

  private get step(): number {
    return 4 * this.reach;
  }

  /** All cuts in [start, end), ascending; the range is at most one step long. */
  private cuts(text: string, start: number, end: number): number[] {
    const minima = this.minima(text, start, end);
    return minima.length > 0 ? minima : this.forcedCuts(text, start, end);
  }

  /** Text that repeats itself has no minima: far from any it is cut by its offsets. */
  private forcedCuts(text: string, start: number, end: number): number[] {
    const grid = 2 * this.step;
    const first = Math.max(grid, Math.ceil((start - this.step) / grid) * grid);
    const minima = this.minima(text, first - grid, end + grid);
    const forced: number[] = [];
    for (let at = first; at < end; at += grid) {
      if (minima.some((cut) => cut > at - grid && cut < at + grid)) continue;
      const cut = this.possibleCutFrom(text, at, at + this.step);
      if (cut >= start && cut < end) forced.push(cut);
    }
    return forced;
  }

  /** Possible cuts in [start, end) whose rank is the least of all within `reach`. */
  private minima(text: string, start: number, end: number): number[] {
    const at: number[] = [];
    const ranks: number[] = [];
    const last = Math.min(text.length - 1, end + this.reach);
    for (let offset = Math.max(1, start - this.reach); offset < last; offset++) {
      if (!this.isPossible(text, offset)) continue;
      at.push(offset);
      ranks.push(rank(text, offset));
    }
    return at.filter((cut, i) => cut >= start && cut < end && isLeast(at, ranks, i, this.reach));
  }

  /** The first possible cut in [from, to), or `from` itself where there is none, never inside a surrogate pair. */
  private possibleCutFrom(text: string, from: number, to: number): number {
    for (let offset = from; offset < to; offset++) if (this.isPossible(text, offset)) return offset;
    return isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from;
  }

  private isPossible(text: string, offset: number): boolean {
    const unit = text.charCodeAt(offset);
    const allowed = unit === 0x20 ? this.rule.space : (unit === 0x0a || unit === 0x0d) && this.rule.lineBreak;
    return allowed && !isWhiteSpace(text.charCodeAt(offset - 1));
  }
}

function isLeast(at: readonly number[], ranks: readonly number[], i: number, reach: number): boolean {
  for (let j = i - 1; j >= 0 && at[i]! - at[j]! <= reach; j--) if (ranks[j]! <= ranks[i]!) return false;
  for (let j = i + 1; j < at.length && at[j]! - at[i]! <= reach; j++)
    if (ranks[j]! <= ranks[i]!) return false;
  return true;
}

/** FNV-1a over the units before an offset, mixed once more because its low bits alone decide little. */
function rank(text: string, offset: number): number {
  let hash = 0x811c9dc5;
  for (let i = Math.max(0, offset - RANKED); i < offset; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Everything that a pre-tokenizer of any dialect may take for white space. */
function isWhiteSpace(unit: number): boolean {
  if (unit <= 0x20 || unit === 0x85 || unit === 0xa0) return true;
  if (unit < 0x1680) return false;
  const wide = unit === 0x1680 || (unit >= 0x2000 && unit <= 0x200a) || unit === 0x2028 || unit === 0x2029;
  return wide || unit === 0x202f || unit === 0x205f || unit === 0x3000 || unit === 0xfeff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
