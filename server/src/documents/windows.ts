/**
 * From text to what the model reads at once. A context that fits is one window. A longer one is cut into segments of at most
 * half a window's tokens, each read in a window that ends with the segment: every token then has at least half a window of
 * text before it, where there is so much. Which segments there are depends only on the text nearby (blocks.ts).
 */
import type { Span } from '../../../protocol/method';
import type { ContextUnit } from '../../../protocol/settings';
import type { Tokenizer } from '../tokenizers/tokenizer';
import { contextsIn } from './contexts';
import { type TokenBlock, TokenBlocks } from './tokenBlocks';

/** Tokens that the model reads together, and those of them that are answered from this reading. */
export interface Window {
  /** BOS first where the model wants it, then tokens of the text. */
  readonly ids: Int32Array;
  /** How many of `ids` are not of the text: 1 with BOS, else 0. */
  readonly lead: number;
  /** Offset in the document where the first token of the text starts. */
  readonly start: number;
  /** Offset where each token of the text ends; it starts where the one before ends. */
  readonly ends: Int32Array;
  /** The tokens answered for, as indices of `ids`: from `from` until `to`. */
  readonly from: number;
  readonly to: number;
}

/** Where the token at an index of `ids` starts and ends in the document. */
export function tokenSpan({ lead, start, ends }: Window, index: number): Span {
  const i = index - lead;
  return { start: i === 0 ? start : ends[i - 1]!, end: ends[i]! };
}

/** The text that a window answers for. */
export function answeredSpan(window: Window): Span {
  return { start: tokenSpan(window, window.from).start, end: tokenSpan(window, window.to - 1).end };
}

export class WindowLayout {
  private readonly blocks: TokenBlocks;
  /** Tokens of text in one window. */
  private readonly room: number;
  /** Tokens of a segment at most. */
  private readonly half: number;

  /**
   * @param bos id that stands before every window, or null
   * @param context longest sequence of the model
   */
  constructor(
    tokenizer: Tokenizer,
    private readonly bos: number | null,
    context: number,
  ) {
    this.room = context - (bos === null ? 0 : 1);
    this.half = Math.max(1, Math.floor(this.room / 2));
    this.blocks = new TokenBlocks(tokenizer, this.room);
  }

  /** The windows that answer for the tokens of `span`, ascending. @throws FileFormatError as the tokenizer */
  windowsIn(text: string, span: Span, unit: ContextUnit): Window[] {
    return contextsIn(text, span, unit).flatMap((context) => {
      const part = text.slice(context.start, context.end);
      const from = Math.max(0, span.start - context.start);
      return this.contextWindows(part, { start: from, end: span.end - context.start }, context.start);
    });
  }

  /** Windows over one context; `span` counts from its start, which is at `offset` in the document. */
  private contextWindows(text: string, span: Span, offset: number): Window[] {
    const opening = this.openingSegments(text);
    const last = opening.at(-1);
    // Nothing of the text is left to read, such as spaces under a tokenizer of words.
    if (!last) return [];
    const windows: Window[] = [];
    if (span.start < last.spanEnd) windows.push(this.window(text, opening[0]!, last, offset));
    for (let at = Math.max(span.start, last.spanEnd); at < Math.min(span.end, text.length);) {
      const block = this.blocks.at(text, at);
      for (const segment of this.segments(block)) {
        const isNew = segment.block.start > last.block.start || segment.from > last.from;
        if (!isNew || segment.spanEnd <= span.start || segment.spanStart >= span.end) continue;
        windows.push(this.window(text, segment, segment, offset));
      }
      at = block.end;
    }
    return windows;
  }

  /** The segments at the start of a context that fit into one window together. */
  private openingSegments(text: string): Segment[] {
    const found: Segment[] = [];
    let tokens = 0;
    for (let at = 0; at < text.length;) {
      const block = this.blocks.at(text, at);
      for (const segment of this.segments(block)) {
        tokens += segment.to - segment.from;
        if (tokens > this.room) return found;
        found.push(segment);
      }
      at = block.end;
    }
    return found;
  }

  private segments(block: TokenBlock): Segment[] {
    const { ends } = block.tokens;
    return Array.from({ length: Math.ceil(ends.length / this.half) }, (_, i) => {
      const from = i * this.half;
      const to = Math.min(ends.length, from + this.half);
      const spanStart = block.start + (from === 0 ? 0 : ends[from - 1]!);
      return { block, from, to, spanStart, spanEnd: block.start + ends[to - 1]! };
    });
  }

  /** The window that ends with `last` and answers for `first` to `last`. */
  private window(text: string, first: Segment, last: Segment, offset: number): Window {
    const parts = this.partsUntil(text, last);
    const ids = [...(this.bos === null ? [] : [this.bos])];
    const ends: number[] = [];
    for (const { block, from, to } of parts) {
      ids.push(...block.tokens.ids.subarray(from, to));
      for (const end of block.tokens.ends.subarray(from, to)) ends.push(offset + block.start + end);
    }
    const lead = ids.length - ends.length;
    const answered = parts
      .filter(({ block }) => block.start >= first.block.start)
      .reduce((count, part) => {
        const from = part.block.start === first.block.start ? Math.max(part.from, first.from) : part.from;
        return count + part.to - from;
      }, 0);
    return {
      ids: Int32Array.from(ids),
      lead,
      start: offset + startOf(parts[0]!),
      ends: Int32Array.from(ends),
      from: ids.length - answered,
      to: ids.length,
    };
  }

  /** Stretches of blocks, ascending, that end with a segment and hold as many tokens as fit. */
  private partsUntil(text: string, { block, to }: Segment): Stretch[] {
    let left = this.room;
    const parts: Stretch[] = [];
    let current = { block, from: Math.max(0, to - left), to };
    for (;;) {
      parts.unshift(current);
      left -= current.to - current.from;
      if (left === 0 || current.block.start === 0) return parts;
      const before = this.blocks.at(text, current.block.start - 1);
      const count = before.tokens.ids.length;
      current = { block: before, from: Math.max(0, count - left), to: count };
    }
  }
}

/** Tokens `from` until `to` of a block. */
interface Stretch {
  readonly block: TokenBlock;
  readonly from: number;
  readonly to: number;
}

/** A stretch whose tokens are answered together, with its offsets in the context. */
interface Segment extends Stretch {
  readonly spanStart: number;
  readonly spanEnd: number;
}

function startOf({ block, from }: Stretch): number {
  return block.start + (from === 0 ? 0 : block.tokens.ends[from - 1]!);
}
