import { FileFormatError } from '../../formats/errors';
import {
  describe,
  field,
  type JsonObject,
  readList,
  readObject,
  readOptionalBoolean,
  readOptionalNumber,
  readOptionalString,
} from '../../formats/json';
import { mostMergeRules } from '../pieces/bytePairMerger';
import { BytePairs } from '../pieces/bytePairs';
import { CharacterPairs } from '../pieces/characterPairs';
import { MergeTable } from '../pieces/mergeTable';
import type { PieceModel } from '../pieces/pieceModel';
import { Unigram } from '../pieces/unigram';
import { WordLevel } from '../pieces/wordLevel';
import type { Vocabulary } from '../vocabulary';
import { downloadAgain, isId, useAnother } from './ids';

/** Entries by id, and the id of each entry; of two equal entries the later one. */
export interface ModelVocabulary {
  readonly entries: readonly (string | undefined)[];
  readonly ids: ReadonlyMap<string, number>;
}

/** Older files do not name the type. */
function typeOf(model: JsonObject, file: string): string {
  const guess = field(model, 'merges') !== undefined ? 'BPE' : 'unknown';
  return readOptionalString(model, 'type', file) ?? guess;
}

/** The vocabulary of the "model" of a tokenizer.json. @throws FileFormatError for a model that is not supported, by name. */
export function readModelVocabulary(model: JsonObject, file: string): ModelVocabulary {
  const type = typeOf(model, file);
  switch (type) {
    case 'Unigram':
      return scoredVocabulary(readList(model, 'vocab', file), file);
    case 'BPE':
    case 'WordLevel':
      return namedVocabulary(readObject(model, 'vocab', file), file);
    default:
      throw new FileFormatError(file, `${type} tokenizers are not supported`, useAnother);
  }
}

function namedVocabulary(vocab: JsonObject, file: string): ModelVocabulary {
  const entries: (string | undefined)[] = [];
  const ids = new Map<string, number>();
  for (const entry in vocab) {
    const id = vocab[entry];
    if (!isId(id)) {
      throw new FileFormatError(file, `the id of ${describe(entry)} is ${describe(id)}`, downloadAgain);
    }
    if (entries[id] !== undefined) {
      throw new FileFormatError(file, `two entries have the id ${id}`, downloadAgain);
    }
    entries[id] = entry;
    ids.set(entry, id);
  }
  return { entries, ids };
}

function scoredVocabulary(vocab: readonly unknown[], file: string): ModelVocabulary {
  const entries = vocab.map((pair, id) => {
    const [entry, score] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    if (typeof entry === 'string' && typeof score === 'number') return entry;
    const reason = `entry ${id} is not a text with a score: ${describe(pair)}`;
    throw new FileFormatError(file, reason, downloadAgain);
  });
  return { entries, ids: new Map(entries.map((entry, id) => [entry, id])) };
}

/** @param isByteLevel whether the vocabulary is written in the byte alphabet. @throws FileFormatError */
export function readModel(
  model: JsonObject,
  vocabulary: Vocabulary,
  entries: readonly (string | undefined)[],
  isByteLevel: boolean,
  file: string,
): PieceModel {
  const type = typeOf(model, file);
  if (type === 'BPE') return readPairs(model, vocabulary, isByteLevel, file);
  if (isByteLevel) throw new FileFormatError(file, `${type} over bytes is not supported`, useAnother);
  if (type === 'WordLevel') return new WordLevel(vocabulary.idOf, readUnk(model, vocabulary, file), file);
  const list = readList(model, 'vocab', file) as readonly (readonly [string, number])[];
  const scores = Float64Array.from(list, ([, score]) => score);
  const unkId = readOptionalNumber(model, 'unk_id', file);
  if (unkId !== null && (!isId(unkId) || unkId >= entries.length))
    throw new FileFormatError(file, `"unk_id" is ${unkId}`, downloadAgain);
  const byteFallback = readOptionalBoolean(model, 'byte_fallback', file) ?? false;
  const options = { scores, unkId, byteFallback, singlePrecision: false };
  return new Unigram(vocabulary.idOf, entries as readonly string[], options, file);
}

function readPairs(
  model: JsonObject,
  vocabulary: Vocabulary,
  isByteLevel: boolean,
  file: string,
): PieceModel {
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    if (readOptionalString(model, key, file))
      throw new FileFormatError(file, `BPE with "${key}" is not supported`, useAnother);
  }
  if (readOptionalNumber(model, 'dropout', file))
    throw new FileFormatError(file, 'BPE with "dropout" gives random tokens', useAnother);
  const flag = (key: string): boolean => readOptionalBoolean(model, key, file) ?? false;
  const merges = readMerges(readList(model, 'merges', file), vocabulary, file);
  if (isByteLevel) return new BytePairs(vocabulary.idOf, merges, flag('ignore_merges'), file);
  return new CharacterPairs(vocabulary.idOf, vocabulary.entryOf, merges, {
    unkId: readUnk(model, vocabulary, file),
    fusesUnk: flag('fuse_unk'),
    byteFallback: flag('byte_fallback'),
    ignoresMerges: flag('ignore_merges'),
  });
}

function readUnk(model: JsonObject, vocabulary: Vocabulary, file: string): number | null {
  const name = readOptionalString(model, 'unk_token', file);
  return name === null ? null : vocabulary.idOfName(name);
}

/** Merges are written "left right" in older files and ["left", "right"] in newer ones. */
function readMerges(rules: readonly unknown[], vocabulary: Vocabulary, file: string): MergeTable {
  if (rules.length > mostMergeRules)
    throw new FileFormatError(file, `it has ${rules.length} merges`, downloadAgain);
  const table = new MergeTable(rules.length);
  rules.forEach((rule, rank) => {
    const parts: unknown = typeof rule === 'string' ? rule.split(' ') : rule;
    const [left, right] = Array.isArray(parts) && parts.length === 2 ? (parts as readonly unknown[]) : [];
    if (typeof left !== 'string' || typeof right !== 'string')
      throw new FileFormatError(file, `merge ${rank} is not a pair: ${describe(rule)}`, downloadAgain);
    const leftId = vocabulary.idOf(left);
    const rightId = vocabulary.idOf(right);
    const merged = vocabulary.idOf(left + right);
    if (leftId === undefined || rightId === undefined || merged === undefined) {
      const reason = `merge ${rank} ("${left} ${right}") needs entries that are not in the vocabulary`;
      throw new FileFormatError(file, reason, downloadAgain);
    }
    table.set(leftId, rightId, merged, rank);
  });
  return table;
}
