import { FileFormatError } from '../../formats/errors';
import {
  asObject,
  field,
  type JsonObject,
  readList,
  readObject,
  readOptionalList,
  readOptionalObject,
} from '../../formats/json';
import type { AddedToken } from '../addedTokens';
import { readAddedToken, withMore } from './addedTokenFields';
import { EntryIndex } from '../entryIndex';
import { compileNormalizers } from '../normalizing/normalizers';
import type { TokenizerParts } from '../pipelineTokenizer';
import { compilePreTokenizers } from '../splitting/preTokenizers';
import { Vocabulary } from '../vocabulary';
import { readDecoding } from './decoder';
import { readEntries } from './entries';
import { readModel } from './model';
import { downloadAgain } from './ids';
import { readPrependedId } from './postProcessor';

const deepestNesting = 10;
const mostSteps = 200;

/**
 * Checks the content of a tokenizer.json and puts the tokenizer together.
 * @param more added tokens that other files of the folder name; those that the content has itself are left out.
 * @throws FileFormatError when it is damaged, or names a part that is not supported.
 */
export function readTokenizerJson(
  content: unknown,
  file: string,
  more: readonly AddedToken[],
): TokenizerParts {
  const root = asObject(content, 'the file', file);
  const model = readObject(root, 'model', file);
  const entries = readEntries(model, file);
  const index = new EntryIndex(entries);
  const own = (readOptionalList(root, 'added_tokens', file) ?? []).map((value) => {
    const token = readAddedToken(value, file);
    // One that the model has by itself keeps the model's id.
    return { ...token, id: index.find(token.content) ?? token.id };
  });
  const addedTokens = withMore(own, more);
  const vocabulary = new Vocabulary(entries, index, addedTokens);
  const { split, isByteLevel } = compilePreTokenizers(
    steps(root, 'pre_tokenizer', 'pretokenizers', file),
    file,
  );
  return {
    file,
    vocabulary,
    addedTokens,
    fixedTokens: [],
    normalizers: compileNormalizers(steps(root, 'normalizer', 'normalizers', file), file),
    split,
    model: readModel(model, vocabulary, entries, isByteLevel, file),
    decoding: readDecoding(steps(root, 'decoder', 'decoders', file), isByteLevel, file),
    prependedId: readPrependedId(steps(root, 'post_processor', 'processors', file), file),
  };
}

/** A component and, when it is a Sequence, those in it, in order. */
function steps(root: JsonObject, key: string, inner: string, file: string): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const collect = (component: JsonObject, depth: number): void => {
    if (depth > deepestNesting || found.length >= mostSteps)
      throw new FileFormatError(file, `"${key}" has too many steps`, downloadAgain);
    if (field(component, 'type') !== 'Sequence') {
      found.push(component);
      return;
    }
    for (const step of readList(component, inner, file))
      collect(asObject(step, `a step of "${key}"`, file), depth + 1);
  };
  const component = readOptionalObject(root, key, file);
  if (component) collect(component, 0);
  return found;
}
