/** What the small files beside a tokenizer say of its special tokens. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FileFormatError } from '../../formats/errors';
import {
  describe,
  field,
  isJsonObject,
  type JsonObject,
  readJsonObjectFile,
  readOptionalBoolean,
  readOptionalObject,
  readString,
} from '../../formats/json';
import type { AddedToken } from '../addedTokens';
import { plainAddedToken, readAddedToken } from './addedTokenFields';
import { downloadAgain, isId } from './ids';

export interface SpecialTokens {
  /** The file that names BOS. */
  readonly file: string;
  /** Name of the BOS token, null when a file says there is none, undefined when none says anything. */
  readonly bos: string | null | undefined;
  /** Whether BOS is put before texts; null when no file says so. */
  readonly addsBos: boolean | null;
  /** `bos_token_id` of config.json, or null. */
  readonly configBosId: number | null;
  /** `model_type` of config.json, or null. */
  readonly modelType: string | null;
  /** `tokenizer_class`, or null. */
  readonly tokenizerClass: string | null;
  /** Added tokens that the tokenizer's own file may lack. */
  readonly addedTokens: readonly AddedToken[];
}

const largestFile = 100_000_000;

/** Reads tokenizer_config.json, special_tokens_map.json, added_tokens.json and config.json where they are. @throws FileFormatError */
export function readSpecialTokens(folder: string): SpecialTokens {
  const configFile = join(folder, 'tokenizer_config.json');
  const mapFile = join(folder, 'special_tokens_map.json');
  const config = readIfThere(configFile);
  const own = readBosName(config, configFile);
  const mapped = own === undefined ? readBosName(readIfThere(mapFile), mapFile) : undefined;
  const model = readIfThere(join(folder, 'config.json'));
  const tokenizerClass = field(config, 'tokenizer_class');
  return {
    file: own === undefined ? mapFile : configFile,
    bos: own === undefined ? mapped : own,
    addsBos: readOptionalBoolean(config, 'add_bos_token', configFile),
    ...readModelConfig(model),
    tokenizerClass: typeof tokenizerClass === 'string' ? tokenizerClass : null,
    addedTokens: [
      ...readAddedDecoder(config, configFile),
      ...readAddedNames(join(folder, 'added_tokens.json')),
    ],
  };
}

function readIfThere(file: string): JsonObject {
  return existsSync(file) ? readJsonObjectFile(file, largestFile) : {};
}

/** Only a hint here: what is wrong in config.json is told by the one who loads the model. */
function readModelConfig(config: JsonObject): Pick<SpecialTokens, 'configBosId' | 'modelType'> {
  const text = isJsonObject(config['text_config']) ? config['text_config'] : {};
  const id = field(config, 'bos_token_id') ?? field(text, 'bos_token_id');
  const type = field(config, 'model_type');
  return { configBosId: isId(id) ? id : null, modelType: typeof type === 'string' ? type : null };
}

/** A token is written as its text or as an object with a `content`. */
function readBosName(config: JsonObject, file: string): string | null | undefined {
  const bos = config['bos_token'];
  if (bos === undefined || bos === null || typeof bos === 'string') return bos;
  if (isJsonObject(bos)) return readString(bos, 'content', file);
  throw new FileFormatError(file, `"bos_token" must be a text, found ${describe(bos)}`, 'Correct the file');
}

/** `"added_tokens_decoder": {"50256": {"content": "<|endoftext|>", ...}}` */
function readAddedDecoder(config: JsonObject, file: string): AddedToken[] {
  const tokens = readOptionalObject(config, 'added_tokens_decoder', file) ?? {};
  return Object.entries(tokens).map(([id, token]) =>
    readAddedToken(token, file, checkedId(Number(id), file)),
  );
}

/** added_tokens.json: content to id. */
function readAddedNames(file: string): AddedToken[] {
  return Object.entries(readIfThere(file)).map(([content, id]) =>
    plainAddedToken(checkedId(id, file), content, false),
  );
}

function checkedId(id: unknown, file: string): number {
  if (isId(id)) return id;
  throw new FileFormatError(file, `the id of an added token is ${describe(id)}`, downloadAgain);
}
