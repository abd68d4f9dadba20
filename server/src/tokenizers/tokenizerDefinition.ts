import { FileFormatError } from '../formats/errors';
import {
  asObject,
  describe,
  field,
  isJsonObject,
  type JsonObject,
  readList,
  readObject,
  readOptionalBoolean,
  readOptionalList,
  readOptionalObject,
  readOptionalString,
  readString,
} from '../formats/json';

/** A token that is looked for in the raw text before anything else (`<|endoftext|>`). */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no letter, digit or underscore touches it. */
  readonly singleWord: boolean;
  /** Takes the white space before it. */
  readonly lstrip: boolean;
  /** Takes the white space after it. */
  readonly rstrip: boolean;
  /** Looked for after those that are not normalised. */
  readonly normalized: boolean;
}

/** The checked content of a tokenizer.json with a byte-level BPE model. */
export interface TokenizerDefinition {
  readonly file: string;
  /** Vocabulary entry, written in the byte alphabet, to id. */
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly merges: readonly (readonly [left: string, right: string])[];
  /** A whole piece that is in the vocabulary is one token, whatever the merges say (Llama 3). */
  readonly ignoreMerges: boolean;
  readonly addedTokens: readonly AddedToken[];
  readonly normalizesToNfc: boolean;
  /** The pre-tokenizer's steps in order, unchecked; one of them is ByteLevel. */
  readonly preTokenizers: readonly JsonObject[];
  /** The id that the post-processor puts before the text, or null. */
  readonly prependedId: number | null;
}

const useAnother =
  'Use a model with a byte-level BPE tokenizer (GPT-2, Pythia, Llama 3, Qwen), or give exact token ids instead of text';
const downloadAgain = 'Download the tokenizer again';
/** Far beyond any vocabulary; keeps an absurd id from allocating memory. */
const largestId = 2 ** 24;

/**
 * Checks the content of a tokenizer.json.
 * @throws FileFormatError when it is damaged, or names a tokenizer that is not byte-level BPE.
 */
export function parseTokenizerDefinition(content: unknown, file: string): TokenizerDefinition {
  const root = asObject(content, 'the file', file);
  const model = readObject(root, 'model', file);
  const preTokenizers = flatten(root, 'pre_tokenizer', 'pretokenizers', file);
  requireByteLevel(model, preTokenizers, file);
  return {
    file,
    vocabulary: readVocabulary(readObject(model, 'vocab', file), file),
    merges: readList(model, 'merges', file).map((rule, rank) => readMerge(rule, rank, file)),
    ignoreMerges: readOptionalBoolean(model, 'ignore_merges', file) ?? false,
    addedTokens: (readOptionalList(root, 'added_tokens', file) ?? []).map((token) =>
      readAddedToken(token, file),
    ),
    normalizesToNfc: readNormalizers(root, file),
    preTokenizers,
    prependedId: readPrependedId(root, file),
  };
}

/** A component and, when it is a Sequence, those in it, in order. */
function flatten(root: JsonObject, key: string, inner: string, file: string): readonly JsonObject[] {
  const component = readOptionalObject(root, key, file);
  if (!component) return [];
  if (field(component, 'type') !== 'Sequence') return [component];
  return readList(component, inner, file).map((step) => asObject(step, `a step of "${key}"`, file));
}

function requireByteLevel(model: JsonObject, preTokenizers: readonly JsonObject[], file: string): void {
  const type =
    readOptionalString(model, 'type', file) ?? (field(model, 'merges') === undefined ? 'unknown' : 'BPE');
  if (type !== 'BPE') throw new FileFormatError(file, `${type} tokenizers are not supported`, useAnother);
  if (!preTokenizers.some((step) => field(step, 'type') === 'ByteLevel')) {
    throw new FileFormatError(file, 'BPE without bytes (SentencePiece style) is not supported', useAnother);
  }
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    if (readOptionalString(model, key, file)) {
      throw new FileFormatError(file, `BPE with "${key}" is not supported`, useAnother);
    }
  }
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < largestId;
}

function readVocabulary(vocab: JsonObject, file: string): ReadonlyMap<string, number> {
  const vocabulary = new Map<string, number>();
  const taken = new Set<number>();
  for (const [entry, id] of Object.entries(vocab)) {
    if (!isId(id)) {
      throw new FileFormatError(file, `the id of ${describe(entry)} is ${describe(id)}`, downloadAgain);
    }
    if (taken.has(id)) throw new FileFormatError(file, `two entries have the id ${id}`, downloadAgain);
    taken.add(id);
    vocabulary.set(entry, id);
  }
  return vocabulary;
}

/** Merges are written "left right" in older files and ["left", "right"] in newer ones. */
function readMerge(rule: unknown, rank: number, file: string): readonly [string, string] {
  const parts: unknown = typeof rule === 'string' ? rule.split(' ') : rule;
  if (Array.isArray(parts) && parts.length === 2) {
    const [left, right] = parts as readonly unknown[];
    if (typeof left === 'string' && typeof right === 'string') return [left, right];
  }
  throw new FileFormatError(file, `merge ${rank} is not a pair: ${describe(rule)}`, downloadAgain);
}

function readAddedToken(value: unknown, file: string): AddedToken {
  const token = asObject(value, 'an added token', file);
  const content = readString(token, 'content', file);
  const id = field(token, 'id');
  if (!isId(id)) {
    throw new FileFormatError(
      file,
      `the id of the added token ${describe(content)} is ${describe(id)}`,
      downloadAgain,
    );
  }
  const flag = (key: string): boolean => readOptionalBoolean(token, key, file) ?? false;
  return {
    id,
    content,
    singleWord: flag('single_word'),
    lstrip: flag('lstrip'),
    rstrip: flag('rstrip'),
    normalized: flag('normalized'),
  };
}

/** Whether the text is normalised to NFC first; every other change of the text is refused. */
function readNormalizers(root: JsonObject, file: string): boolean {
  const types = flatten(root, 'normalizer', 'normalizers', file).map((step) =>
    readString(step, 'type', file),
  );
  const foreign = types.find((type) => type !== 'NFC');
  if (foreign !== undefined) {
    throw new FileFormatError(file, `the normalizer ${foreign} is not supported`, useAnother);
  }
  return types.length > 0;
}

/** The special token that a TemplateProcessing step writes before a single text. */
function readPrependedId(root: JsonObject, file: string): number | null {
  for (const step of flatten(root, 'post_processor', 'processors', file)) {
    if (field(step, 'type') !== 'TemplateProcessing') continue;
    const first = readList(step, 'single', file)[0];
    const special = isJsonObject(first) ? readOptionalObject(first, 'SpecialToken', file) : null;
    if (!special) continue;
    const name = readString(special, 'id', file);
    const entry = readObject(readObject(step, 'special_tokens', file), name, file);
    const [id] = readList(entry, 'ids', file);
    if (isId(id)) return id;
    throw new FileFormatError(file, `the post-processor's token ${describe(name)} has no id`, downloadAgain);
  }
  return null;
}
