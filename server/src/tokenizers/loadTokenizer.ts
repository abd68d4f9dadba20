import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FileFormatError } from '../formats/errors';
import {
  describe,
  field,
  isJsonObject,
  type JsonObject,
  readJsonFile,
  readJsonObjectFile,
  readOptionalBoolean,
  readString,
  readTextFile,
} from '../formats/json';
import { ByteLevelTokenizer } from './byteLevelTokenizer';
import { ByteLevelVocabulary } from './byteLevelVocabulary';
import type { Tokenizer } from './tokenizer';
import { parseTokenizerDefinition, type TokenizerDefinition } from './tokenizerDefinition';

/** The largest published tokenizer.json files have about 35 MB. */
const largestTokenizer = 100_000_000;
/** What GPT-2 and its relatives use at the start of a sequence. */
const endOfText = '<|endoftext|>';

/**
 * Loads the tokenizer of a model folder: tokenizer.json, or vocab.json with merges.txt as GPT-2 was first published; BOS from
 * tokenizer_config.json where there is one.
 * @throws FileFormatError when files are missing or damaged, or the tokenizer is not byte-level BPE.
 */
export function loadTokenizer(folder: string): Promise<Tokenizer> {
  return Promise.resolve().then(() => {
    const definition = readDefinition(folder);
    const vocabulary = new ByteLevelVocabulary(definition);
    const config = readConfig(join(folder, 'tokenizer_config.json'));
    const bosId = findBos(config, definition, vocabulary);
    const addsBos = bosId !== null && (definition.prependedId === bosId || config.addsBos);
    return new ByteLevelTokenizer(definition, bosId, addsBos, vocabulary);
  });
}

function readDefinition(folder: string): TokenizerDefinition {
  const file = join(folder, 'tokenizer.json');
  if (existsSync(file)) return parseTokenizerDefinition(readJsonFile(file, largestTokenizer), file);
  const vocabFile = join(folder, 'vocab.json');
  const mergesFile = join(folder, 'merges.txt');
  if (existsSync(vocabFile) && existsSync(mergesFile)) return readGpt2Files(vocabFile, mergesFile);
  if (existsSync(join(folder, 'tokenizer.model'))) {
    throw new FileFormatError(
      join(folder, 'tokenizer.model'),
      'SentencePiece tokenizers are not supported',
      'Use a model with a byte-level BPE tokenizer (GPT-2, Pythia, Llama 3, Qwen), or give exact token ids instead of text',
    );
  }
  throw new FileFormatError(
    folder,
    'there is no tokenizer.json (nor vocab.json with merges.txt)',
    'Copy the tokenizer files of the model into this folder, or give exact token ids instead of text',
  );
}

/** The two files that GPT-2 came with, as the tokenizer.json they are equal to. */
function readGpt2Files(vocabFile: string, mergesFile: string): TokenizerDefinition {
  const vocab = readJsonObjectFile(vocabFile, largestTokenizer);
  const lines = readTextFile(mergesFile, largestTokenizer).split(/\r?\n/);
  const merges = lines.filter((line, index) => line !== '' && !(index === 0 && line.startsWith('#version')));
  const id = field(vocab, endOfText);
  const content = {
    model: { type: 'BPE', vocab, merges },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    added_tokens: id === undefined ? [] : [{ id, content: endOfText }],
  };
  return parseTokenizerDefinition(content, mergesFile);
}

interface TokenizerConfig {
  readonly file: string;
  /** Name of the BOS token, null when the file says there is none, undefined when it says nothing. */
  readonly bos: string | null | undefined;
  readonly addsBos: boolean;
}

function readConfig(file: string): TokenizerConfig {
  if (!existsSync(file)) return { file, bos: undefined, addsBos: false };
  const config = readJsonObjectFile(file, largestTokenizer);
  return {
    file,
    bos: readBosName(config, file),
    addsBos: readOptionalBoolean(config, 'add_bos_token', file) ?? false,
  };
}

/** A token is written as its text or as an object with a `content`. */
function readBosName(config: JsonObject, file: string): string | null | undefined {
  const bos = config['bos_token'];
  if (bos === undefined || bos === null || typeof bos === 'string') return bos;
  if (isJsonObject(bos)) return readString(bos, 'content', file);
  throw new FileFormatError(file, `"bos_token" must be a text, found ${describe(bos)}`, 'Correct the file');
}

function findBos(
  { bos, file }: TokenizerConfig,
  { prependedId }: TokenizerDefinition,
  vocabulary: ByteLevelVocabulary,
): number | null {
  if (bos === null) return null;
  if (bos === undefined) return prependedId ?? vocabulary.idOfName(endOfText);
  const id = vocabulary.idOfName(bos);
  if (id === null) {
    throw new FileFormatError(
      file,
      `"bos_token" ${describe(bos)} is not in the vocabulary`,
      'Correct the file',
    );
  }
  return id;
}
