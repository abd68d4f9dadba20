import { FileFormatError } from '../../formats/errors';
import { type AddedToken, AddedTokenFinder } from '../addedTokens';
import { EntryIndex } from '../entryIndex';
import type { Normalizer } from '../normalizing/alignedText';
import { readCharsmap } from '../normalizing/charsmap';
import { exchange, type NormalizerSteps, prepend } from '../normalizing/normalizers';
import { collapseSpaces, replaceLongest } from '../normalizing/sentencePieceNormalizers';
import { CharacterPairs } from '../pieces/characterPairs';
import type { PieceModel } from '../pieces/pieceModel';
import { Unigram } from '../pieces/unigram';
import type { TokenizerParts } from '../pipelineTokenizer';
import { chain } from '../splitting/splitter';
import { Vocabulary } from '../vocabulary';
import { plainAddedToken, withMore } from './addedTokenFields';
import { useAnother } from './ids';
import { scoredMerges } from './scoredMerges';
import {
  type PieceKind,
  readSentencePieceFile,
  type ScoredPiece,
  type SentencePieceFile,
} from './sentencePieceFile';

/** How SentencePiece writes a space. */
const spaceMark = '\u2581';

/**
 * The tokenizer of a SentencePiece tokenizer.model. Control pieces are found in the text, as by the converters of
 * huggingface/transformers (`convert_slow_tokenizer.py`).
 * @param more added tokens that other files of the folder name.
 * @throws FileFormatError when it is damaged or of a kind that is not supported.
 */
export function readSentencePieceModel(
  bytes: Uint8Array,
  file: string,
  more: readonly AddedToken[],
): TokenizerParts {
  const content = readSentencePieceFile(bytes, file);
  requireSupported(content, file);
  const { pieces } = content;
  const addedTokens = withMore(
    pieces.flatMap(({ text, kind }, id) => (isFrame(kind) ? [plainAddedToken(id, text, true)] : [])),
    more,
  );
  const defined = pieces.flatMap(({ text, kind }, id) =>
    kind === 'userDefined' ? [plainAddedToken(id, text, false)] : [],
  );
  const texts = pieces.map(({ text }) => text);
  const index = new EntryIndex(texts, (id) => !isFrame(pieces[id]!.kind));
  const vocabulary = new Vocabulary(texts, index, addedTokens);
  const { bosId } = content;
  return {
    file,
    vocabulary,
    addedTokens,
    // In a Unigram model they are pieces like others, with a better score.
    fixedTokens: content.modelType === 2 ? defined : [],
    normalizers: normalizersOf(content, new AddedTokenFinder(defined), file),
    split: chain([]),
    model: modelOf(content, vocabulary, file),
    decoding: {
      isByteLevel: false,
      replacements: [[spaceMark, ' ']],
      byteFallback: content.byteFallback,
      stripsSpace: content.addsDummyPrefix,
      separator: '',
    },
    prependedId: pieces[bosId]?.kind === 'control' ? bosId : null,
  };
}

function requireSupported(content: SentencePieceFile, file: string): void {
  const { modelType, escapesSpaces, spaceIsSuffix, pieces } = content;
  const refuse = (what: string): never => {
    throw new FileFormatError(file, `SentencePiece models ${what} are not supported`, useAnother);
  };
  if (modelType !== 1 && modelType !== 2) refuse('of words or characters');
  if (!escapesSpaces) refuse('that do not write spaces as "\u2581"');
  if (spaceIsSuffix) refuse('that put spaces behind words');
  if (modelType === 2 && pieces.some(({ kind }) => kind === 'unused')) refuse('with unused pieces');
}

/** Control pieces and the unknown one are found in the text only when they are written there whole. */
function isFrame(kind: PieceKind): boolean {
  return kind === 'control' || kind === 'unknown';
}

/** @param kept what is not changed by the table. */
function normalizersOf(content: SentencePieceFile, kept: AddedTokenFinder, file: string): NormalizerSteps {
  const { charsmap, removesExtraSpaces, addsDummyPrefix } = content;
  const before: Normalizer[] = [
    ...(charsmap.length > 0 ? [replaceLongest(readCharsmap(charsmap, file), kept)] : []),
    ...(removesExtraSpaces ? [collapseSpaces] : []),
  ];
  const marks = exchange(' ', spaceMark);
  return {
    all: [...before, ...(addsDummyPrefix ? [prepend(' ')] : []), marks],
    continuing: [...before, marks],
  };
}

function modelOf(
  { pieces, modelType, byteFallback }: SentencePieceFile,
  vocabulary: Vocabulary,
  file: string,
): PieceModel {
  const unknown = pieces.findIndex(({ kind }) => kind === 'unknown');
  const unkId = unknown < 0 ? null : unknown;
  if (modelType === 1) {
    const entries = pieces.map(({ text }) => text);
    return new Unigram(
      vocabulary.idOf,
      entries,
      { scores: scoresOf(pieces), unkId, byteFallback, singlePrecision: true },
      file,
    );
  }
  const entries = pieces.flatMap(({ text, score, kind }, id) =>
    kind === 'normal' ? [{ id, text, score }] : [],
  );
  const merges = scoredMerges(entries, vocabulary.idOf);
  return new CharacterPairs(vocabulary.idOf, vocabulary.entryOf, merges, {
    unkId,
    fusesUnk: true,
    byteFallback,
    ignoresMerges: false,
  });
}

/** Pieces that users defined are worth more than any other of their length (google/sentencepiece `src/unigram_model.cc`). */
function scoresOf(pieces: readonly ScoredPiece[]): Float64Array {
  const normal = pieces.filter(({ kind }) => kind === 'normal').map(({ score }) => score);
  const best = normal.reduce((most, score) => Math.max(most, score), -Infinity);
  return Float64Array.from(pieces, ({ text, score, kind }) => {
    if (kind === 'normal') return score;
    return kind === 'userDefined' ? Math.fround(Buffer.byteLength(text) * best - 0.1) : NaN;
  });
}
