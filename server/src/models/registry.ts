/** The model families that Featurescope computes. */
import { FileFormatError } from '../formats/errors';
import { type JsonObject, readOptionalList, readOptionalString } from '../formats/json';
import { decoderArchitecture } from './decoder/architecture';
import type { Architecture, Family, ProcessingFlag, TensorShapes } from './family';
import { gemma } from './gemma';
import { gemma2 } from './gemma2';
import { gemma3 } from './gemma3';
import { gpt2 } from './gpt2';
import { gptNeo } from './gptNeo';
import { gptNeoX } from './gptNeoX';
import { llama } from './llama';
import { llama2c } from './llama2c';
import { mistral } from './mistral';
import { phi } from './phi';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';
import { refusal, refuseVariants } from './refused';
import { isHookedTransformer, transformerLens } from './transformerLens';

const families: readonly Family[] = [
  gpt2,
  gptNeo,
  gptNeoX,
  llama,
  mistral,
  gemma,
  gemma2,
  gemma3,
  qwen2,
  qwen3,
  phi,
  llama2c,
  transformerLens,
];

/**
 * Recognises a checkpoint by its config.json and checks its tensors against it.
 * @param processing off unless asked for
 * @throws FileFormatError when the family is not one of ours, or the tensors do not fit
 */
export function readArchitecture(
  config: JsonObject,
  tensors: TensorShapes,
  file: string,
  processing: readonly ProcessingFlag[] = [],
): Architecture {
  const family = findFamily(config, file);
  return decoderArchitecture(family.name, family.read(config, tensors, file), tensors, file, processing);
}

/** Checks that config.json is of a family that is computed, before there are weights. @throws FileFormatError */
export function checkFamily(config: JsonObject, file: string): void {
  findFamily(config, file);
}

/** By `model_type` first, by `architectures` where there is none or an unknown one. */
function findFamily(config: JsonObject, file: string): Family {
  const modelType = readOptionalString(config, 'model_type', file);
  const first = readOptionalList(config, 'architectures', file)?.[0];
  const architecture = typeof first === 'string' ? first : null;
  refuseVariants(config, architecture, file);
  const ofType = families.find(({ modelTypes }) => modelType !== null && modelTypes.includes(modelType));
  if (ofType) return ofType;
  const names = [modelType, architecture].filter((name) => name !== null);
  for (const name of names) {
    const reason = refusal(name);
    if (reason) throw notComputed(file, `the architecture "${name}" is not supported: ${reason}`);
  }
  const ofClass = families.find(
    ({ architectures }) => architecture !== null && architectures.includes(architecture),
  );
  if (ofClass) return ofClass;
  if (modelType === null && isHookedTransformer(config)) return transformerLens;
  if (names.length > 0) throw notComputed(file, `the architecture "${names[0]!}" is not supported`);
  throw notComputed(file, 'it names no architecture (model_type)');
}

function notComputed(file: string, reason: string): FileFormatError {
  const known = families.map(({ name }) => name).join(', ');
  return new FileFormatError(file, reason, `Supported are: ${known}`);
}
