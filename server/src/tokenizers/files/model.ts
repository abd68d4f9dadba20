import { FileFormatError } from '../../formats/errors';
import {
  describe,
  type JsonObject,
  readList,
  readOptionalBoolean,
  readOptionalNumber,
  readOptionalString,
} from '../../formats/json';
import { type TextPart, whole } from '../entryIndex';
import { mostMergeRules } from '../pieces/bytePairMerger';
import { BytePairs } from '../pieces/bytePairs';
import { CharacterPairs } from '../pieces/characterPairs';
import { MergeTable } from '../pieces/mergeTable';
import type { PieceModel } from '../pieces/pieceModel';
import { Unigram } from '../pieces/unigram';
import { WordLevel } from '../pieces/wordLevel';
import type { Vocabulary } from '../vocabulary';
import { typeOf } from './entries';
import { downloadAgain, isId, useAnother } from './ids';

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

function readMerges(rules: readonly unknown[], vocabulary: Vocabulary, file: string): MergeTable {
  if (rules.length > mostMergeRules)
    throw new FileFormatError(file, `it has ${rules.length} merges`, downloadAgain);
  const table = new MergeTable(rules.length);
  rules.forEach((rule, rank) => {
    const parts = partsOf(rule);
    if (!parts)
      throw new FileFormatError(file, `merge ${rank} is not a pair: ${describe(rule)}`, downloadAgain);
    const [left, right] = parts;
    const leftId = vocabulary.idOfParts(left);
    const rightId = vocabulary.idOfParts(right);
    const merged = vocabulary.idOfParts(left, right);
    if (leftId === undefined || rightId === undefined || merged === undefined) {
      const written = typeof rule === 'string' ? rule : `${left.text} ${right.text}`;
      const reason = `merge ${rank} ("${written}") needs entries that are not in the vocabulary`;
      throw new FileFormatError(file, reason, downloadAgain);
    }
    table.set(leftId, rightId, merged, rank);
  });
  return table;
}

/** Merges are written "left right" in older files and ["left", "right"] in newer ones. */
function partsOf(rule: unknown): readonly [TextPart, TextPart] | null {
  if (typeof rule === 'string') {
    const space = rule.indexOf(' ');
    if (space < 0 || rule.includes(' ', space + 1)) return null;
    return [
      { text: rule, start: 0, end: space },
      { text: rule, start: space + 1, end: rule.length },
    ];
  }
  const [left, right, ...rest] = Array.isArray(rule) ? (rule as readonly unknown[]) : [];
  if (typeof left !== 'string' || typeof right !== 'string' || rest.length > 0) return null;
  return [whole(left), whole(right)];
}
