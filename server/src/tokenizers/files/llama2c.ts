import { FileFormatError } from '../../formats/errors';
import type { AddedToken } from '../addedTokens';
import { EntryIndex } from '../entryIndex';
import { prepend } from '../normalizing/normalizers';
import { CharacterPairs } from '../pieces/characterPairs';
import type { TokenizerParts } from '../pipelineTokenizer';
import { chain } from '../splitting/splitter';
import { Vocabulary } from '../vocabulary';
import { plainAddedToken } from './addedTokenFields';
import { downloadAgain } from './ids';
import { type ScoredEntry, scoredMerges } from './scoredMerges';

/** The same in every such file: the padding of the file begins with the unknown token. */
const frame: readonly AddedToken[] = [
  plainAddedToken(0, '<unk>', true),
  plainAddedToken(1, '<s>', true),
  plainAddedToken(2, '</s>', true),
];
const mostEntries = 2 ** 22;

/**
 * The tokenizer.bin of karpathy/llama2.c (`tokenizer.py`, `run.c`): SentencePiece BPE by score, spaces written as they are.
 * @param vocabularySize how many entries the model has; all of the file when null.
 * @throws FileFormatError when it is damaged or has fewer entries.
 */
export function readLlama2cTokenizer(
  bytes: Uint8Array,
  file: string,
  vocabularySize: number | null,
): TokenizerParts {
  const entries = readEntries(bytes, file, vocabularySize);
  const texts = entries.map(({ text }) => text);
  const vocabulary = new Vocabulary(texts, new EntryIndex(texts, (id) => id >= frame.length), frame);
  const merges = scoredMerges(
    entries.filter(({ id }) => id >= frame.length),
    vocabulary.idOf,
  );
  const options = { unkId: 0, fusesUnk: false, byteFallback: true, ignoresMerges: false };
  return {
    file,
    vocabulary,
    addedTokens: frame,
    fixedTokens: [],
    normalizers: { all: [prepend(' ')], continuing: [] },
    split: chain([]),
    model: new CharacterPairs(vocabulary.idOf, vocabulary.entryOf, merges, options),
    decoding: { isByteLevel: false, replacements: [], byteFallback: true, stripsSpace: true, separator: '' },
    prependedId: 1,
  };
}

/** u32 length of the longest entry; then for each f32 score, u32 length, UTF-8. */
function readEntries(bytes: Uint8Array, file: string, wanted: number | null): ScoredEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  const entries: ScoredEntry[] = [];
  for (let at = 4; at < bytes.length && entries.length < (wanted ?? mostEntries);) {
    const id = entries.length;
    const length = at + 8 > bytes.length ? Infinity : view.getUint32(at + 4, true);
    if (length > bytes.length - at - 8) throw damaged(file, `it ends in the middle of entry ${id}`);
    const score = view.getFloat32(at, true);
    if (!Number.isFinite(score)) throw damaged(file, `the score of entry ${id} is no number`);
    entries.push({ id, score, text: utf8.decode(bytes.subarray(at + 8, at + 8 + length)) });
    at += 8 + length;
  }
  if (entries.length < Math.max(frame.length, wanted ?? 0)) {
    throw damaged(
      file,
      `it has ${entries.length} entries${wanted === null ? '' : ` and the model has ${wanted}`}`,
    );
  }
  return entries;
}

function damaged(file: string, reason: string): FileFormatError {
  return new FileFormatError(file, reason, downloadAgain);
}
