import type { AddedToken } from './tokenizerDefinition';

/** A stretch of the text: an added token, or text between added tokens. */
export interface Section {
  readonly start: number;
  readonly end: number;
  /** Null for text that is still to be tokenised. */
  readonly token: AddedToken | null;
}

/** Finds added tokens in raw text (huggingface/tokenizers `tokenizers/src/tokenizer/added_vocabulary.rs`). */
export class AddedTokenFinder {
  private readonly finders: readonly { pattern: RegExp; byContent: ReadonlyMap<string, AddedToken> }[];

  constructor(tokens: readonly AddedToken[]) {
    // Those that are found in the raw text come before those that are found after normalisation.
    this.finders = [tokens.filter((token) => !token.normalized), tokens.filter((token) => token.normalized)]
      .map((group) => group.filter(({ content }) => content !== ''))
      .filter((group) => group.length > 0)
      .map((group) => ({
        pattern: anyOf(group),
        byContent: new Map(group.map((token) => [token.content, token])),
      }));
  }

  /** Cuts a text into sections that tile it; none of them is empty. */
  sections(text: string): readonly Section[] {
    let sections: readonly Section[] = text === '' ? [] : [{ start: 0, end: text.length, token: null }];
    for (const { pattern, byContent } of this.finders) {
      sections = sections.flatMap((section) =>
        section.token ? [section] : cut(text, section, pattern, (content) => byContent.get(content)!),
      );
    }
    return sections;
  }
}

/** The leftmost, and of those the longest: alternatives are tried in order. */
function anyOf(tokens: readonly AddedToken[]): RegExp {
  const contents = tokens.map(({ content }) => content).sort((a, b) => b.length - a.length);
  return new RegExp(
    contents.map((content) => content.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'),
    'g',
  );
}

function cut(
  text: string,
  section: Section,
  pattern: RegExp,
  tokenFor: (content: string) => AddedToken,
): Section[] {
  const found: Section[] = [];
  const within = text.slice(section.start, section.end);
  let done = 0;
  for (const { 0: content, index } of within.matchAll(pattern)) {
    const token = tokenFor(content);
    if (index < done || (token.singleWord && touchesWord(within, index, index + content.length))) continue;
    const start = token.lstrip ? Math.max(done, within.slice(0, index).trimEnd().length) : index;
    const end = index + content.length;
    const afterSpace = token.rstrip ? within.length - within.slice(end).trimStart().length : end;
    if (start > done) found.push({ start: section.start + done, end: section.start + start, token: null });
    found.push({ start: section.start + start, end: section.start + afterSpace, token });
    done = afterSpace;
  }
  if (done < within.length) found.push({ start: section.start + done, end: section.end, token: null });
  return found;
}

function touchesWord(text: string, start: number, end: number): boolean {
  const word = /[\p{L}\p{N}\p{M}_]/u;
  return word.test(text.charAt(start - 1)) || word.test(text.charAt(end));
}
