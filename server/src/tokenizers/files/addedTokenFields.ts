import { FileFormatError } from '../../formats/errors';
import { asObject, describe, field, readOptionalBoolean, readString } from '../../formats/json';
import type { AddedToken } from '../addedTokens';
import { downloadAgain, isId } from './ids';

/** An added token as files write it. @param givenId where it is not in the token itself. @throws FileFormatError */
export function readAddedToken(value: unknown, file: string, givenId?: number): AddedToken {
  const token = asObject(value, 'an added token', file);
  const content = readString(token, 'content', file);
  const id = givenId ?? field(token, 'id');
  if (!isId(id)) {
    const reason = `the id of the added token ${describe(content)} is ${describe(id)}`;
    throw new FileFormatError(file, reason, downloadAgain);
  }
  const flag = (key: string): boolean => readOptionalBoolean(token, key, file) ?? false;
  return {
    id,
    content,
    special: flag('special'),
    singleWord: flag('single_word'),
    lstrip: flag('lstrip'),
    rstrip: flag('rstrip'),
    normalized: flag('normalized'),
  };
}

/** An added token that is found wherever it is written. */
export function plainAddedToken(id: number, content: string, special: boolean): AddedToken {
  return { id, content, special, singleWord: false, lstrip: false, rstrip: false, normalized: false };
}

/** The tokens, and those of `more` whose id and content are new. */
export function withMore(tokens: readonly AddedToken[], more: readonly AddedToken[]): readonly AddedToken[] {
  const ids = new Set(tokens.map(({ id }) => id));
  const contents = new Set(tokens.map(({ content }) => content));
  return [...tokens, ...more.filter(({ id, content }) => !ids.has(id) && !contents.has(content))];
}
