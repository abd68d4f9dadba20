import type { DictionarySummary, Tensors } from '../engine/messages';
import { capture, type Plan } from '../engine/plan';
import { readDictionaryLabels } from '../store/labels';
import { type DictionaryPlace, demoDictionaries, dictionaryPlaces } from './places';
import type { PromptToken } from './prompt';
import { type CommandContext, loadDictionaries, openModel } from './session';
import { UsageError } from './usage';

interface FeatureReading {
  readonly dictionary: string;
  readonly index: number;
  readonly activation: number;
  readonly label: string | null;
}

const DEFAULT_TOP = 5;

/** `features`: the strongest features of every dictionary on every token. */
export async function features(context: CommandContext): Promise<string> {
  const { options, engine, signal } = context;
  const top = options.count('top', DEFAULT_TOP, 1);
  const places = placesOf(context);
  const { prompt } = await openModel(context);
  const dictionaries = await loadDictionaries(context, places);
  const plan = topPlan(dictionaries, top);
  const results = await engine.request('run', { plan, tokens: [prompt.ids] }, { signal });
  const read = dictionaries.map((dictionary) => reader(results, dictionary));
  const tokens = prompt.tokens.map((token, position) => ({
    ...token,
    features: read.flatMap((at) => at(position)),
  }));
  if (!options.flag('json')) return asText(tokens);
  const names = dictionaries.map(({ id }) => id);
  return JSON.stringify({ model: options.required('model'), dictionaries: names, tokens });
}

function placesOf({ options }: CommandContext): DictionaryPlace[] {
  const named = options.list('dictionary');
  if (named.length > 0) return dictionaryPlaces(named);
  if (options.required('model') === 'demo') return demoDictionaries();
  throw new UsageError('name dictionaries with --dictionary (only the demo has its own)');
}

function topPlan(dictionaries: readonly DictionarySummary[], top: number): Plan {
  return {
    ...capture([]),
    dictionaries: dictionaries.map(({ id }) => ({ id, mode: 'beside' })),
    outputs: dictionaries.map(({ id, dSae }) => ({
      kind: 'topFeatures',
      dictionary: id,
      k: Math.min(top, dSae),
    })),
  };
}

/** The active ones among a dictionary's strongest features at a position, strongest first. */
function reader(results: Tensors, { id, folder }: DictionarySummary): (position: number) => FeatureReading[] {
  const labels = readDictionaryLabels(folder);
  const values = results.get(`top.${id}.values`)!;
  const indices = results.get(`top.${id}.indices`)!;
  const k = values.dims.at(-1)!;
  return (position) =>
    Array.from({ length: k }, (_, i) => position * k + i)
      .map((at) => ({ activation: Number(values.data[at]), index: Number(indices.data[at]) }))
      .filter(({ activation }) => activation > 0)
      .map(({ activation, index }) => ({
        dictionary: id,
        index,
        activation,
        label: labels.get(index)?.label ?? null,
      }));
}

function asText(tokens: readonly (PromptToken & { readonly features: readonly FeatureReading[] })[]): string {
  return tokens
    .map(({ id, text, features: found }) => {
      const lines = found.map(
        ({ dictionary, index, activation, label }) =>
          `    ${activation.toFixed(3)}  ${dictionary}:${index}${label === null ? '' : `  ${label}`}`,
      );
      return [`${text === null ? id : JSON.stringify(text)}`, ...lines].join('\n');
    })
    .join('\n');
}
