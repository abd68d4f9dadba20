/** Tokens of a text, block by block, remembered by the text of the block: what an edit leaves alone costs nothing. */
import type { Tokenizer, TokenSpans } from '../tokenizers/tokenizer';
import { BlockCutter, type CutRule } from './blocks';
import { LeastRecentlyUsed } from './leastRecentlyUsed';

/** Part of a context with its tokens. */
export interface TokenBlock {
  /** UTF-16 offsets in the context's text. */
  readonly start: number;
  readonly end: number;
  /** None where the tokenizer leaves nothing of the block; `ends` count from the block's start. */
  readonly tokens: TokenSpans;
}

/** Text kept with its tokens, in UTF-16 units. */
const MOST_UNITS = 2_000_000;

export class TokenBlocks {
  private readonly cutter: BlockCutter;
  private readonly known = new LeastRecentlyUsed<string, TokenSpans>(MOST_UNITS, (_, text) => text.length);
  private readonly knownFirst = new LeastRecentlyUsed<string, TokenSpans>(
    MOST_UNITS,
    (_, text) => text.length,
  );

  /** @param room how many tokens of text one window holds */
  constructor(
    private readonly tokenizer: Tokenizer,
    room: number,
  ) {
    // A token is about four units: blocks of about eight windows' worth of units hold several segments each.
    this.cutter = new BlockCutter(cutRule(tokenizer), Math.max(256, Math.min(8192, 4 * room)));
  }

  /** The block at an offset of a text that is not empty. @throws FileFormatError as the tokenizer */
  at(text: string, offset: number): TokenBlock {
    const { start, end } = this.cutter.blockAt(text, offset);
    const part = text.slice(start, end);
    // Some tokenizers put a space in front of a text, but not of what goes on in the middle of it.
    const known = start === 0 ? this.knownFirst : this.known;
    let tokens = known.get(part);
    if (!tokens) {
      tokens = this.tokenizer.encodeSpans(part, start > 0);
      known.set(ownCopy(part), tokens);
    }
    return { start, end, tokens };
  }
}

/** Which cuts leave the tokens as they are, tried on texts that tell the known pre-tokenizers apart. */
export function cutRule(tokenizer: Tokenizer): CutRule {
  const ids = (text: string, continues: boolean): string => tokenizer.encodeSpans(text, continues).ids.join();
  const exact = (before: string, after: string): boolean =>
    ids(before + after, false) === `${ids(before, false)},${ids(after, true)}`;
  const space = [' b', '  b', ' 1', ' ,', ' \n b'].every((after) =>
    ['a', '1', 'a,', "it's", 'é', '東。', '😀'].every((before) => exact(before, after)),
  );
  const lineBreak = ['\nb', '\n\nb', '\r\n1', '\n  ,'].every((after) =>
    ['a', '1', 'a.', 'a!)', '東。', '😀'].every((before) => exact(before, after)),
  );
  return { space, lineBreak };
}

/** A slice would keep the whole text in memory, and every later version of it another. */
function ownCopy(part: string): string {
  return Buffer.from(part, 'utf16le').toString('utf16le');
}
