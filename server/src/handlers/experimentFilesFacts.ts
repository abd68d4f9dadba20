/** What a model's and a dictionary's files say of them, their weights unread. */
import { join } from 'node:path';
import { parseSaelensConfig } from '../dictionaries/saelensConfig';
import type { DictionaryFacts, ModelFacts } from '../experiments/spec/modelFacts';
import { readJsonObjectFile } from '../formats/json';
import { readModelFolder } from '../formats/modelFolder';
import { Builder } from '../graph/builder';
import { hookPoints } from '../graph/types';
import { type Architecture, plainForward } from '../models/family';
import { readArchitecture } from '../models/registry';
import { readDictionaryLabels } from '../store/labels';
import { type Place } from '../store/places';
import { loadTokenizerOf } from '../tokenizers/loadTokenizer';

export type ModelFiles = Pick<ModelFacts, 'name' | 'dimensions' | 'hooks' | 'tokenizer'>;

/** @throws FileFormatError when the model is damaged or of no family that is known */
export async function readModelFiles({ name, location }: Place): Promise<ModelFiles> {
  const found = readModelFolder(location);
  const { config, configPath, weights } = found;
  const shapes = new Map([...weights.tensors].map(([tensor, { info }]) => [tensor, info]));
  const architecture = readArchitecture(config, shapes, configPath);
  // A model without a tokenizer is run on exact ids.
  const tokenizer = await loadTokenizerOf(found).catch(() => null);
  return { name, dimensions: architecture.dimensions, hooks: hookShapes(architecture), tokenizer };
}

function hookShapes(architecture: Architecture): ModelFacts['hooks'] {
  const builder = new Builder();
  const layers = Array.from({ length: architecture.dimensions.layers }, (_, layer) => layer);
  architecture.forward(builder, { ...plainForward, headResults: new Set(layers) });
  return new Map([...hookPoints(builder.build())].map(([hook, { shape }]) => [hook, shape]));
}

/** @throws FileFormatError when the configuration or the labels are damaged */
export function readDictionaryFiles({ id, location }: Place): DictionaryFacts {
  const file = join(location, 'cfg.json');
  const { hookName, dSae } = parseSaelensConfig(readJsonObjectFile(file), file);
  const labels = new Map([...readDictionaryLabels(location)].map(([index, { label }]) => [index, label]));
  return { id, hookName, features: dSae, labels };
}
