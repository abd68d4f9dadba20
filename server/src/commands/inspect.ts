import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DICTIONARY_CONFIG, DICTIONARY_WEIGHTS } from '../engine/loading';
import type { DictionarySummary, ModelSummary } from '../engine/messages';
import { passEstimate } from '../engine/passEstimate';
import { field } from '../formats/json';
import type { TensorFile } from '../formats/tensorFile';
import { openWeightFile } from '../formats/weightFile';
import { isHookedTransformer } from '../models/transformerLens';
import { hasTokenizer, loadTokenizer } from '../tokenizers/loadTokenizer';
import { type Tokenizer, unknownTokens } from '../tokenizers/tokenizer';
import { locateModel } from './locateModel';
import { demoPlaces } from './places';
import { type CommandContext, loadDictionaries, loadModel } from './session';
import { UsageError } from './usage';

/** `inspect`: what a folder or file is, with its dimensions, memory and warnings. */
export async function inspect(context: CommandContext): Promise<string> {
  const [path, ...rest] = context.options.words;
  if (path === undefined || rest.length > 0) throw new UsageError('inspect takes one path');
  const found = await describe(context, path);
  return context.options.flag('json') ? JSON.stringify(found) : asLines(found);
}

type Description = Readonly<Record<string, unknown>>;

async function describe(context: CommandContext, path: string): Promise<Description> {
  if (existsSync(join(path, DICTIONARY_CONFIG))) return inspectDictionary(context, path);
  const folder = dirname(path);
  if (basename(path) === DICTIONARY_WEIGHTS && existsSync(join(folder, DICTIONARY_CONFIG))) {
    return inspectDictionary(context, folder);
  }
  const place = demoPlaces().find(({ id }) => id === path);
  if (place) return inspectDictionary(context, place.path);
  const resolved = await locateModel(context, path);
  return tensorsAlone(resolved) ?? (await inspectModel(context, path));
}

/** A file of tensors that nothing beside it or in it calls a model, or null. @throws FileFormatError */
function tensorsAlone(path: string): Description | null {
  if (!statSync(path).isFile() || path.endsWith('.json')) return null;
  if (existsSync(join(dirname(path), 'config.json'))) return null;
  const { file, config } = openWeightFile(path);
  const isModel =
    config !== null && (field(config, 'model_type') !== undefined || isHookedTransformer(config));
  return isModel ? null : inspectTensors(file);
}

async function inspectModel(context: CommandContext, name: string): Promise<Description> {
  const summary = await loadModel(context, name);
  const options = { vocabularySize: summary.dimensions.vocabulary };
  const isThere = hasTokenizer(summary.folder, options);
  const tokenizer = isThere ? await loadTokenizer(summary.folder, options) : null;
  const speed = await context.engine.request('speed', null, { signal: context.signal });
  const { warnings, ...pass } = passEstimate(summary, speed);
  const untokenized = tokenizer
    ? unknownTokens(tokenizer, summary.dimensions.vocabulary)
    : ['there is no tokenizer: give exact token ids'];
  return {
    type: 'model',
    family: summary.family,
    format: summary.format,
    path: summary.folder,
    dimensions: summary.dimensions,
    parameters: summary.parameters,
    dtype: summary.dtypes.join(', '),
    weightBytes: summary.weightBytes,
    memoryEstimateBytes: memoryEstimate(summary),
    pass,
    hookPoints: summary.hooks.length,
    tokenizer: tokenizer ? tokenizerFacts(tokenizer) : null,
    warnings: [...summary.warnings, ...warnings, ...untokenized],
  };
}

/** `bos` is put in front of texts unless it is null or --no-bos is given; `addsBos`: by the publisher's tokenizer too. */
function tokenizerFacts({ vocabularySize, bosId, addsBos }: Tokenizer): Description {
  return { vocabulary: vocabularySize, bos: bosId, addsBos };
}

/** Mapped weights and the activations of one forward pass over the whole context, the logits included, in bytes. */
function memoryEstimate({ weightBytes, dimensions }: ModelSummary): number {
  const { context, dModel, dMlp, heads, layers, vocabulary } = dimensions;
  const widest = 4 * dModel + 2 * dMlp + 2 * heads * context;
  return weightBytes + 4 * context * (widest + layers * dModel + vocabulary);
}

async function inspectDictionary(context: CommandContext, path: string): Promise<Description> {
  const model = context.options.text('model');
  if (model !== null) await loadModel(context, model);
  const [summary] = await loadDictionaries(context, [{ id: 'dictionary', path }]);
  return { type: 'dictionary', ...dictionaryFields(summary!), fitsModel: model };
}

function dictionaryFields({
  kind,
  dIn,
  dOut,
  dSae,
  hookName,
  hookNameOut,
  weightBytes,
  warnings,
  folder,
}: DictionarySummary) {
  return {
    kind,
    format: 'SAELens',
    path: folder,
    hookPoint: hookName,
    ...(hookName === hookNameOut ? {} : { hookPointOut: hookNameOut }),
    dimensions: { dIn, dOut, dSae },
    weightBytes,
    memoryEstimateBytes: weightBytes,
    warnings,
  };
}

function inspectTensors(file: TensorFile): Description {
  const { path, format, size, tensors } = file;
  const views = [...tensors.values()].filter(({ strides }) => strides !== undefined).length;
  return {
    type: 'tensors',
    format,
    path,
    bytes: size,
    ...('metadata' in file ? { metadata: file.metadata } : {}),
    tensors: [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    warnings: views === 0 ? [] : [`${views} of its tensors were saved as views of others`],
  };
}

/** Fields as lines, nested ones indented. */
function asLines(value: Description, indent = ''): string {
  return Object.entries(value)
    .map(([key, field]) => {
      if (Array.isArray(field))
        return `${indent}${key}: ${field.length === 0 ? 'none' : field.map(itemText).join('; ')}`;
      if (typeof field === 'object' && field !== null)
        return `${indent}${key}:\n${asLines(field as Description, `${indent}  `)}`;
      return `${indent}${key}: ${String(field)}`;
    })
    .join('\n');
}

function itemText(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}
