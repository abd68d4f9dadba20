/** Everything that is read from files which others made. */
import type { Format } from '../format';
import { dictionaryConfig, dictionaryWeights } from './dictionaries';
import { direction } from './directions';
import { experiment, prompts, result } from './experiments';
import { attributionGraph } from './graphs';
import { hubAnswer, hubCache } from './hub';
import { labels } from './labels';
import { llama2c } from './llama2c';
import { config, index } from './models';
import { safetensors } from './safetensors';
import { pickle, torchLegacy, torchZip } from './torch';
import { tokenizerBin, tokenizerFiles, tokenizerJson, tokenizerModel } from './tokenizers';

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
  tokenizerModel,
  tokenizerBin,
  dictionaryConfig,
  dictionaryWeights,
  attributionGraph,
  labels,
  experiment,
  prompts,
  result,
  direction,
  hubAnswer,
  hubCache,
];
