/** Everything that is read from files which others made. */
import type { Format } from '../format';
import { dictionaryConfig, dictionaryWeights } from './dictionaries';
import { experiment, prompts } from './experiments';
import { attributionGraph } from './graphs';
import { labels } from './labels';
import { llama2c } from './llama2c';
import { config, index } from './models';
import { safetensors } from './safetensors';
import { pickle, torchLegacy, torchZip } from './torch';
import { tokenizerFiles, tokenizerJson } from './tokenizers';

export const formats: readonly Format[] = [
  safetensors,
  torchZip,
  torchLegacy,
  pickle,
  llama2c,
  index,
  config,
  tokenizerJson,
  tokenizerFiles,
  dictionaryConfig,
  dictionaryWeights,
  attributionGraph,
  labels,
  experiment,
  prompts,
];
