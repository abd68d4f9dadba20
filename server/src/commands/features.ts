import type { DictionarySummary, Tensors } from '../engine/messages';
import { activeAt, readingPlan, rowTop } from '../experiments/readFeatures';
import { readDictionaryLabels } from '../store/labels';
import { type DictionaryPlace, demoPlaces, dictionaryPlaces } from './places';
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
  const asked = dictionaries.map(({ id, dSae }) => ({ id, top: Math.min(top, dSae) }));
  const plan = readingPlan({ surprisal: false, dictionaries: asked });
  const results = await engine.request('run', { plan, tokens: [prompt.ids] }, { signal });
  const read = dictionaries.map((dictionary) => reader(results, dictionary, prompt.ids.length));
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
  if (options.required('model') === 'demo') return demoPlaces();
  throw new UsageError('name dictionaries with --dictionary (only the demo has its own)');
}

/** The active ones among a dictionary's strongest features at a position, strongest first. */
function reader(
  results: Tensors,
  { id, folder }: DictionarySummary,
  length: number,
): (position: number) => FeatureReading[] {
  const labels = readDictionaryLabels(folder);
  const top = rowTop(results, id, 0, length);
  return (position) =>
    activeAt(top, position).map(({ activation, index }) => ({
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
