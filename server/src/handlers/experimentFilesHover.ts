/** The hover in an experiment file, as Markdown: what a field means, and what the model has under its names and numbers. */
import type { Site } from '../../../protocol/experimentSpec';
import type { Span } from '../../../protocol/method';
import { answerToken } from '../experiments/spec/checkAnswers';
import { dictionaryAround } from '../experiments/spec/complete';
import { sites } from '../experiments/spec/fields';
import { metricMeanings, metricParts } from '../experiments/spec/metricWords';
import { dictionaryNamed, type ModelFacts, promptTokens } from '../experiments/spec/modelFacts';
import type { Place } from '../experiments/spec/place';
import type { ReadExperiment } from '../experiments/spec/readSpec';
import { inWords, type NameSource, type Shape } from '../experiments/spec/shape';
import { featureHook } from '../dictionaries/splices';
import { canonicalHook } from '../models/hookNames';
import { code, escapeMarkdown } from './hoverText';

/** Tokens of a prompt that are shown one by one. */
const MOST_TOKENS = 100;

/** What stands at an offset, explained; null where there is nothing to say. */
export function explain(
  read: ReadExperiment,
  offset: number,
  facts: ModelFacts | null,
): { readonly markdown: string; readonly span: Span } | null {
  const place = read.places.around(offset);
  if (!place?.shape) return null;
  const onKey = place.key !== null && offset >= place.key.start && offset <= place.key.end;
  if (onKey) return { markdown: aboutField(place), span: place.key };
  const about = aboutValue(place, read, facts);
  return about === null ? null : { markdown: about, span: place.value };
}

function aboutField({ path, field, shape }: Place): string {
  const { meaning = '', required = false } = field ?? {};
  const name = `**${escapeMarkdown(String(path.at(-1)))}**${required ? ' (required)' : ''}`;
  return `${name}: ${escapeMarkdown(meaning)}\n\nWritten as ${escapeMarkdown(inWords(shape!))}.`;
}

function aboutValue(place: Place, read: ReadExperiment, facts: ModelFacts | null): string | null {
  const { scalar } = place;
  for (const shape of place.shape!.type === 'either' ? place.shape!.options : [place.shape!]) {
    if (typeof scalar === 'string' && shape.type === 'choice') return aboutWord(scalar, shape, facts);
    if (typeof scalar === 'string' && shape.type === 'text' && shape.names) {
      const about = aboutName(shape.names, scalar, read, facts);
      if (about !== null) return about;
    }
    if (typeof scalar === 'number' && shape.type === 'number') {
      const about = aboutNumber(scalar, shape.role ?? null, place, read, facts);
      if (about !== null) return about;
    }
  }
  return null;
}

function aboutWord(
  word: string,
  shape: Extract<Shape, { type: 'choice' }>,
  facts: ModelFacts | null,
): string | null {
  if (!Object.hasOwn(shape.words, word)) return null;
  const meaning = `**${escapeMarkdown(word)}**: ${escapeMarkdown(shape.words[word]!)}`;
  const here = facts && Object.hasOwn(sites.words, word) ? siteIn(word as Site, facts) : null;
  return here === null ? meaning : `${meaning}\n\n${here}`;
}

/** The hook points of a site in a model, and their shape. */
function siteIn(site: Site, facts: ModelFacts): string | null {
  if (site === 'features' || site === 'error') {
    const all = [...facts.dictionaries.values()];
    const shown = all.map(
      ({ hookName, features }) => `${code(featureHook(hookName))} [position, ${features}]`,
    );
    return shown.length === 0 || site === 'error' ? null : shown.join('  \n');
  }
  const isOne = site === 'embed' || site === 'pos_embed';
  const [first, last] = isOne
    ? [`hook_${site}`, null]
    : [canonicalHook(`${site}.0`), canonicalHook(`${site}.${facts.dimensions.layers - 1}`)];
  if (!facts.hooks.has(first)) return `${escapeMarkdown(facts.name)} has none.`;
  const range = last === null ? code(first) : `${code(first)} to ${code(last)}`;
  return `In ${escapeMarkdown(facts.name)}: ${range}, ${shapeOf(first, facts)}`;
}

/** `[position, 4, 32]`. */
function shapeOf(hook: string, { hooks }: ModelFacts): string {
  const dims = hooks.get(hook)!.slice(1);
  return `[${dims.map((dim) => (dim === 'pos' ? 'position' : dim)).join(', ')}]`;
}

function aboutName(
  source: NameSource,
  name: string,
  read: ReadExperiment,
  facts: ModelFacts | null,
): string | null {
  switch (source) {
    case 'metric':
      return aboutMetric(name);
    case 'run':
      return null;
    case 'model':
      return facts && aboutModel(facts);
    case 'dictionary':
      return facts && aboutDictionary(name, facts);
    case 'hook': {
      const hook = canonicalHook(name);
      return facts?.hooks.has(hook)
        ? `${code(hook)}: ${shapeOf(hook, facts)} in ${escapeMarkdown(facts.name)}`
        : null;
    }
    case 'prompt':
      return facts?.tokenizer ? aboutPrompt(name, read, facts) : null;
    case 'token':
      return facts?.tokenizer ? aboutAnswer(name, facts) : null;
  }
}

function aboutMetric(text: string): string | null {
  const parts = metricParts(text);
  return typeof parts === 'string'
    ? null
    : `**${escapeMarkdown(parts.kind)}**: ${escapeMarkdown(metricMeanings[parts.kind])}`;
}

function aboutModel({ name, dimensions, isLoaded }: ModelFacts): string {
  const { layers, heads, dModel, dMlp, vocabulary, context } = dimensions;
  const numbers = `${layers} layers of ${heads} heads, d_model ${dModel}, d_mlp ${dMlp}, ${vocabulary} tokens, ${context} positions`;
  return `**${escapeMarkdown(name)}**${isLoaded ? '' : ' (not loaded)'}: ${numbers}.`;
}

function aboutDictionary(name: string, facts: ModelFacts): string | null {
  const found = dictionaryNamed(facts, name);
  if (!found) return null;
  const { id, hookName, features, labels } = found;
  return `**${escapeMarkdown(id)}**: ${features} features of ${code(hookName)}, ${labels.size} of them labelled.`;
}

function aboutPrompt(text: string, read: ReadExperiment, facts: ModelFacts): string {
  const bos = read.places.at(['bos'])?.scalar;
  const { ids } = promptTokens(text, facts, typeof bos === 'boolean' ? bos : undefined)!;
  const shown = ids.slice(0, MOST_TOKENS).map((id, i) => `${i} ${code(facts.tokenizer!.tokenText(id))}`);
  const more = ids.length > MOST_TOKENS ? ` and ${ids.length - MOST_TOKENS} more` : '';
  return `${ids.length} tokens, by position:\n\n${shown.join(' · ')}${more}`;
}

function aboutAnswer(answer: string, facts: ModelFacts): string {
  const id = answerToken(answer, facts);
  if (id !== null) return `${code(answer)}: token ${id}.`;
  const parts = facts.tokenizer!.encode(answer).map((token) => code(token.text));
  return `${parts.length} tokens: ${parts.join(' ')}.`;
}

function aboutNumber(
  value: number,
  role: string | null,
  { path }: Place,
  read: ReadExperiment,
  facts: ModelFacts | null,
): string | null {
  if (!facts) return null;
  const { tokenizer, dimensions } = facts;
  if (role === 'token' && tokenizer && value < dimensions.vocabulary)
    return `Token ${value}: ${code(tokenizer.tokenText(value))}`;
  const isFeature = role === 'feature' || (role === 'unit' && isOfFeatures(path, read));
  if (!isFeature) return null;
  const dictionary = dictionaryAround(path.slice(0, -1), (at) => read.places.at(at)?.scalar, facts);
  if (!dictionary) return null;
  const label = dictionary.labels.get(value);
  const name = `Feature ${value} of ${escapeMarkdown(dictionary.id)}`;
  return label === undefined ? `${name} has no label.` : `${name}: **${escapeMarkdown(label)}**`;
}

/** Whether the units of a sweep are features. */
function isOfFeatures(path: Place['path'], { places }: ReadExperiment): boolean {
  const run = path.slice(0, 2);
  return ['patch', 'ablate', 'attribute', 'direct'].some(
    (key) => places.at([...run, key])?.scalar === 'features',
  );
}
