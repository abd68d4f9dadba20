import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DICTIONARY_CONFIG, DICTIONARY_WEIGHTS } from '../engine/loading';
import type { DictionarySummary, ModelSummary } from '../engine/messages';
import { openSafetensors } from '../formats/safetensors';
import { loadTokenizer } from '../tokenizers/loadTokenizer';
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
  if (isBareTensorFile(resolved)) return inspectTensors(resolved);
  return inspectModel(context, path);
}

/** A .safetensors file without a config.json beside it. */
function isBareTensorFile(path: string): boolean {
  return path.endsWith('.safetensors') && !existsSync(join(path, '..', 'config.json'));
}

async function inspectModel(context: CommandContext, name: string): Promise<Description> {
  const summary = await loadModel(context, name);
  const hasTokenizer = ['tokenizer.json', 'vocab.json', 'tokenizer.model'].some((file) =>
    existsSync(join(summary.folder, file)),
  );
  const tokenizer = hasTokenizer ? await loadTokenizer(summary.folder) : null;
  return {
    type: 'model',
    family: summary.family,
    format: 'safetensors',
    path: summary.folder,
    dimensions: summary.dimensions,
    parameters: summary.parameters,
    dtype: summary.dtypes.join(', '),
    weightBytes: summary.weightBytes,
    memoryEstimateBytes: memoryEstimate(summary),
    hookPoints: summary.hooks.length,
    tokenizer: tokenizer ? { vocabulary: tokenizer.vocabularySize, bos: tokenizer.bosId } : null,
    warnings: [...summary.warnings, ...(tokenizer ? [] : ['there is no tokenizer: give exact token ids'])],
  };
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

function inspectTensors(path: string): Description {
  const { tensors, metadata, size } = openSafetensors(path);
  return {
    type: 'tensors',
    format: 'safetensors',
    path,
    bytes: size,
    metadata,
    tensors: [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    warnings: [],
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
