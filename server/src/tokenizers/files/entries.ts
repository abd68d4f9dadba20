import { FileFormatError } from '../../formats/errors';
import {
  describe,
  field,
  type JsonObject,
  readList,
  readObject,
  readOptionalString,
} from '../../formats/json';
import { downloadAgain, isId, useAnother } from './ids';

/** The type of the "model" of a tokenizer.json; older files do not name it. @throws FileFormatError */
export function typeOf(model: JsonObject, file: string): string {
  const guess = field(model, 'merges') !== undefined ? 'BPE' : 'unknown';
  return readOptionalString(model, 'type', file) ?? guess;
}

/** The entries of the "model" of a tokenizer.json, by id. @throws FileFormatError for a model that is not supported, by name. */
export function readEntries(model: JsonObject, file: string): readonly (string | undefined)[] {
  const type = typeOf(model, file);
  switch (type) {
    case 'Unigram':
      return scoredEntries(readList(model, 'vocab', file), file);
    case 'BPE':
    case 'WordLevel':
      return namedEntries(readObject(model, 'vocab', file), file);
    default:
      throw new FileFormatError(file, `${type} tokenizers are not supported`, useAnother);
  }
}

function namedEntries(vocab: JsonObject, file: string): readonly (string | undefined)[] {
  const entries: (string | undefined)[] = [];
  for (const entry in vocab) {
    const id = vocab[entry];
    if (!isId(id)) {
      throw new FileFormatError(file, `the id of ${describe(entry)} is ${describe(id)}`, downloadAgain);
    }
    if (entries[id] !== undefined) {
      throw new FileFormatError(file, `two entries have the id ${id}`, downloadAgain);
    }
    entries[id] = entry;
  }
  return entries;
}

function scoredEntries(vocab: readonly unknown[], file: string): readonly string[] {
  return vocab.map((pair, id) => {
    const [entry, score] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    if (typeof entry === 'string' && typeof score === 'number') return entry;
    const reason = `entry ${id} is not a text with a score: ${describe(pair)}`;
    throw new FileFormatError(file, reason, downloadAgain);
  });
}
