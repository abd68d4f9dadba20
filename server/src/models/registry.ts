/** The model families that Featurescope computes. */
import { FileFormatError } from '../formats/errors';
import { type JsonObject, readOptionalList, readOptionalString } from '../formats/json';
import { decoderArchitecture } from './decoder/architecture';
import type { Architecture, Family, ProcessingFlag, TensorShapes } from './family';
import { gpt2 } from './gpt2';

const families: readonly Family[] = [gpt2];

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
  const modelType = readOptionalString(config, 'model_type', file);
  const architecture = readOptionalList(config, 'architectures', file)?.[0];
  const family = families.find(
    ({ modelTypes, architectures }) =>
      modelTypes.includes(modelType ?? '') || architectures.some((name) => name === architecture),
  );
  if (family) {
    return decoderArchitecture(family.name, family.read(config, tensors, file), tensors, file, processing);
  }
  const named = modelType ?? (typeof architecture === 'string' ? architecture : null);
  const known = families.map(({ name }) => name).join(', ');
  throw new FileFormatError(
    file,
    named === null ? 'it names no architecture (model_type)' : `the architecture "${named}" is not supported`,
    `Supported are: ${known}`,
  );
}
