import { capitals, months, weekdays } from '../corpus/banks';

/** Which tags belong to a family of the corpus, wherever they are claimed: on a token or just before it. */
export type TagFamily = (tag: string) => boolean;

const words = (list: readonly string[]): ReadonlySet<string> => new Set(list.map((word) => ` ${word}`));

const capitalWords = words(capitals.flat());
const dayWords = words([...weekdays, ...months]);

/** Countries and capitals: their roles in the templates, their words, and single ones of them. */
export const capitalTags: TagFamily = (tag) =>
  isOf(tag, /^(capitals\.|word\.(country|capital)$)/, capitalWords);

/** Days and months. */
export const dayTags: TagFamily = (tag) => isOf(tag, /^(succession\.|word\.(weekday|month)$)/, dayWords);

function isOf(tag: string, roles: RegExp, tokens: ReadonlySet<string>): boolean {
  const bare = tag.replace(/^next\./, '');
  if (bare.startsWith('token:')) return tokens.has(bare.slice('token:'.length));
  return roles.test(bare) && !/_(comma|period|question|colon)$/.test(bare);
}
