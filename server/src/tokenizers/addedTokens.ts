import { PieceTrie } from './pieces/pieceTrie';

/** A token that is looked for in the text before anything else (`<|endoftext|>`). */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Steers the model and is not text: the start of a sequence, of a turn. */
  readonly special: boolean;
  /** Only where no letter, digit or underscore touches it. */
  readonly singleWord: boolean;
  /** Takes the white space before it. */
  readonly lstrip: boolean;
  /** Takes the white space after it. */
  readonly rstrip: boolean;
  /** Looked for in normalised text, itself normalised. */
  readonly normalized: boolean;
}

/** A stretch of a text: an added token, or text between added tokens. */
export interface Section {
  readonly start: number;
  readonly end: number;
  /** Null for text that is still to be tokenised. */
  readonly token: AddedToken | null;
}

const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

/** Finds added tokens, the leftmost and of those the longest (huggingface/tokenizers `tokenizers/src/tokenizer/added_vocabulary.rs`). */
export class AddedTokenFinder {
  private readonly trie = new PieceTrie();
  /** Which UTF-16 units a token can begin with. */
  private readonly begins = new Uint8Array(0x1_0000);

  constructor(private readonly tokens: readonly AddedToken[]) {
    tokens.forEach(({ content }, index) => {
      if (content === '') return;
      this.trie.add(content, index);
      this.begins[content.charCodeAt(0)] = 1;
    });
  }

  /** Cuts a text into sections that tile it; none of them is empty. */
  sections(text: string): readonly Section[] {
    const sections: Section[] = [];
    let done = 0;
    for (let at = 0; at < text.length;) {
      const end = this.longestAt(text, at);
      if (end === at) {
        at++;
        continue;
      }
      const token = this.found!;
      if (at >= done && !(token.singleWord && touchesWord(text, at, end))) {
        const start = token.lstrip ? spaceBefore(text, at, done) : at;
        const afterSpace = token.rstrip ? spaceAfter(text, end) : end;
        if (start > done) sections.push({ start: done, end: start, token: null });
        sections.push({ start, end: afterSpace, token });
        done = afterSpace;
      }
      at = end;
    }
    if (done < text.length) sections.push({ start: done, end: text.length, token: null });
    return sections;
  }

  private found: AddedToken | null = null;

  /** The end of the longest token at a place, which is then `found`; the place itself when there is none. */
  private longestAt(text: string, at: number): number {
    if (this.begins[text.charCodeAt(at)] === 0) return at;
    let longest = at;
    this.trie.prefixesAt(text, at, (end, index) => {
      longest = end;
      this.found = this.tokens[index]!;
    });
    return longest;
  }
}

function touchesWord(text: string, start: number, end: number): boolean {
  const pair = start >= 2 ? text.codePointAt(start - 2)! : 0;
  const before = pair > 0xffff ? String.fromCodePoint(pair) : text.charAt(start - 1);
  const after = text.codePointAt(end);
  return (
    wordCharacter.test(before) || (after !== undefined && wordCharacter.test(String.fromCodePoint(after)))
  );
}

function spaceBefore(text: string, at: number, least: number): number {
  let start = at;
  while (start > least && /\p{White_Space}/u.test(text[start - 1]!)) start--;
  return start;
}

function spaceAfter(text: string, at: number): number {
  let end = at;
  while (end < text.length && /\p{White_Space}/u.test(text[end]!)) end++;
  return end;
}
