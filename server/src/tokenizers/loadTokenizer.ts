import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FileFormatError, fileError } from '../formats/errors';
import { field, readJsonFile, readJsonObjectFile, readTextFile } from '../formats/json';
import type { ModelFolder } from '../formats/modelFolder';
import { readRange, withRegularFile } from '../formats/regularFile';
import { findBos } from './bos';
import { isId } from './files/ids';
import { readLlama2cTokenizer } from './files/llama2c';
import { readSentencePieceModel } from './files/sentencePieceModel';
import { readSpecialTokens, type SpecialTokens } from './files/tokenizerConfig';
import { readTokenizerJson } from './files/tokenizerJson';
import { PipelineTokenizer, type TokenizerParts } from './pipelineTokenizer';
import type { Tokenizer } from './tokenizer';

export interface TokenizerOptions {
  /** How many tokens the model has: chooses `tok<vocabularySize>.bin` among several tokenizers of llama2.c. */
  readonly vocabularySize?: number;
}

/** The largest published tokenizer.json files have about 35 MB. */
const largestTokenizer = 100_000_000;
const endOfText = '<|endoftext|>';

type Source = (special: SpecialTokens) => TokenizerParts;

/**
 * Loads the tokenizer of a model folder, the first that there is of: tokenizer.json; vocab.json with merges.txt, as GPT-2 was first
 * published; tokenizer.model (SentencePiece); `tok<vocabularySize>.bin` or tokenizer.bin (llama2.c). BOS comes from the files
 * beside it.
 * @throws FileFormatError when files are missing or damaged, or the tokenizer is of a kind that is not supported.
 */
export function loadTokenizer(folder: string, options: TokenizerOptions = {}): Promise<Tokenizer> {
  return Promise.resolve().then(() => {
    const source = findSource(folder, options);
    if (!source) {
      throw new FileFormatError(
        folder,
        'there is no tokenizer.json (nor vocab.json with merges.txt, tokenizer.model or tokenizer.bin)',
        'Copy the tokenizer files of the model into this folder, or give exact token ids instead of text',
      );
    }
    const special = readSpecialTokens(folder);
    const parts = source(special);
    const bosId = findBos(special, parts);
    const addsBos = bosId !== null && (special.addsBos ?? parts.prependedId === bosId);
    return new PipelineTokenizer(parts, bosId, addsBos);
  });
}

/** As `loadTokenizer`, of a model as it was found on disk. */
export function loadTokenizerOf({
  tokenizerFolder,
  config,
}: Pick<ModelFolder, 'tokenizerFolder' | 'config'>): Promise<Tokenizer> {
  const size = field(config, 'vocab_size');
  return loadTokenizer(tokenizerFolder, isId(size) ? { vocabularySize: size } : {});
}

/** Whether a folder has a tokenizer of any kind. */
export function hasTokenizer(folder: string, options: TokenizerOptions = {}): boolean {
  return findSource(folder, options) !== null;
}

function findSource(folder: string, { vocabularySize }: TokenizerOptions): Source | null {
  const at = (name: string): string => join(folder, name);
  const has = (name: string): boolean => existsSync(at(name));
  const json = at('tokenizer.json');
  if (has('tokenizer.json')) {
    return ({ addedTokens }) => readTokenizerJson(readJsonFile(json, largestTokenizer), json, addedTokens);
  }
  if (has('vocab.json') && has('merges.txt'))
    return (special) => readGpt2Files(at('vocab.json'), at('merges.txt'), special);
  const sentencePiece = at('tokenizer.model');
  if (has('tokenizer.model')) {
    return ({ addedTokens }) => readSentencePieceModel(readBytes(sentencePiece), sentencePiece, addedTokens);
  }
  const name = findLlama2c(folder, vocabularySize);
  if (name === null) return null;
  return () => readLlama2cTokenizer(readBytes(at(name)), at(name), vocabularySize ?? null);
}

function findLlama2c(folder: string, vocabularySize: number | undefined): string | null {
  const sized = `tok${vocabularySize ?? ''}.bin`;
  if (vocabularySize !== undefined && existsSync(join(folder, sized))) return sized;
  if (existsSync(join(folder, 'tokenizer.bin'))) return 'tokenizer.bin';
  if (vocabularySize !== undefined || !existsSync(folder)) return null;
  const found = readdirSync(folder).filter((name) => /^tok\d+\.bin$/.test(name));
  return found.length === 1 ? found[0]! : null;
}

function readBytes(file: string): Uint8Array {
  try {
    return withRegularFile(file, (descriptor, { size }) => {
      if (size <= largestTokenizer) return readRange(file, descriptor, 0, size);
      const reason = `it has ${size} bytes and at most ${largestTokenizer} are read`;
      throw new FileFormatError(file, reason, 'Check that this is the right file');
    });
  } catch (error) {
    throw fileError(file, error);
  }
}

/** Classes whose two files mean what GPT-2's mean. */
const gpt2Classes = /^(GPT2|CodeGen|GPTNeoX|GPTNeo)Tokenizer(Fast)?$/;

/** The two files that GPT-2 came with, as the tokenizer.json they are equal to. */
function readGpt2Files(vocabFile: string, mergesFile: string, special: SpecialTokens): TokenizerParts {
  const { tokenizerClass, addedTokens } = special;
  if (tokenizerClass !== null && !gpt2Classes.test(tokenizerClass)) {
    const reason = `its class is ${tokenizerClass}, and there is no tokenizer.json that says how it splits texts`;
    throw new FileFormatError(vocabFile, reason, 'Save the tokenizer again with a fast tokenizer');
  }
  const vocab = readJsonObjectFile(vocabFile, largestTokenizer);
  const lines = readTextFile(mergesFile, largestTokenizer).split(/\r?\n/);
  const merges = lines.filter((line, index) => line !== '' && !(index === 0 && line.startsWith('#version')));
  const id = field(vocab, endOfText);
  const content = {
    model: { type: 'BPE', vocab, merges },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    added_tokens: id === undefined ? [] : [{ id, content: endOfText, special: true }],
  };
  return readTokenizerJson(content, mergesFile, addedTokens);
}
