import type { TokenSpans } from '../../server/src/tokenizers/tokenizer';
import type { CorpusDocument, TagSpan } from './document';

/** Lexical tags that hold wherever their pattern matches the text. */
const patterns: readonly (readonly [string, RegExp])[] = [
  ['punctuation.comma', /,/gu],
  ['punctuation.period', /\./gu],
  ['punctuation.colon', /:/gu],
  ['punctuation.question', /\?/gu],
  ['line_end', /\n/gu],
  ['quote_mark', /"/gu],
  ['bracket.open', /[([{<]/gu],
  ['bracket.close', /[)\]}>]/gu],
];

/** Lexical tags, and the same within their family: a comma in code is another thing than one in French. */
function lexicalTags(text: string, family: string): TagSpan[] {
  return patterns.flatMap(([tag, pattern]) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const range = { start: match.index, end: match.index + match[0].length };
      return [
        { tag, ...range },
        { tag: `${family}.${tag.replace('.', '_')}`, ...range },
      ];
    }),
  );
}

/**
 * The tags of each token of a document. A tag holds on the tokens that its characters touch, the space before a word not
 * counted. `next.T` holds on the token just before one on which the tag T begins.
 */
export function tagTokens(document: CorpusDocument, spans: TokenSpans): ReadonlySet<string>[] {
  const tags = Array.from(spans.ends, () => new Set<string>([`family.${document.family}`]));
  for (const { tag, start, end } of [...document.tags, ...lexicalTags(document.text, document.family)]) {
    const from = firstTouched(spans, start);
    for (let token = from; token < tags.length && tokenStart(spans, token) < end; token++)
      tags[token]!.add(tag);
    if (from > 0) tags[from - 1]!.add(`next.${tag}`);
  }
  return tags;
}

function tokenStart(spans: TokenSpans, token: number): number {
  return token === 0 ? 0 : spans.ends[token - 1]!;
}

/** The first token that reaches beyond `start`. */
function firstTouched(spans: TokenSpans, start: number): number {
  const token = spans.ends.findIndex((end) => end > start);
  return token === -1 ? spans.ends.length : token;
}
