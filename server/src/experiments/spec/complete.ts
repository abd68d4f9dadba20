/** What completion offers in an experiment file. */
import type { Site } from '../../../../protocol/experimentSpec';
import type { Span } from '../../../../protocol/method';
import { hookNames } from './checkNames';
import { metricMeanings } from './metricWords';
import { type DictionaryFacts, dictionaryNamed, type ModelFacts } from './modelFacts';
import type { Path } from './place';
import { quoted } from './quoting';
import { EXPERIMENT_KINDS } from '../../../../protocol/experimentRuns';
import type { ChoiceShape, Field, NumberRole, Shape, TextShape } from './shape';
import { type Slot, slotsAt } from './slot';

export interface Completion {
  readonly label: string;
  readonly kind: 'field' | 'word' | 'number' | 'name' | 'feature';
  readonly detail?: string;
  readonly documentation?: string;
  /** What is written in the place of `span`. */
  readonly insert: string;
  /** What is compared with what was typed, when it is not the label. */
  readonly filter?: string;
  readonly span: Span;
  /** Whether something can be completed right after it. */
  readonly goesOn: boolean;
}

export interface Completions {
  readonly items: readonly Completion[];
  /** Whether more typing brings others. */
  readonly isIncomplete: boolean;
}

/** What is known outside of the file. */
export interface Known {
  readonly facts: ModelFacts | null;
  /** Models that a file may name. */
  readonly models: readonly string[];
}

/** Longer lists of numbers are not offered. */
const MOST_NUMBERS = 128;
/** So many features are listed; what is typed chooses among all. */
const MOST_FEATURES = 200;

/** What may be written at an offset of a text that is being typed. */
export function complete(text: string, offset: number, known: Known): Completions {
  const offers = slotsAt(text, offset).map((slot) =>
    slot.kind === 'key' ? keys(slot) : values(slot, slot.shape, known),
  );
  return {
    items: offers.flatMap(({ items }) => items),
    isIncomplete: offers.some(({ isIncomplete }) => isIncomplete),
  };
}

function all(items: readonly Completion[]): Completions {
  return { items, isIncomplete: false };
}

function keys({ fields, span, endsLine }: Slot): Completions {
  return all(
    [...fields].map(([key, { shape, meaning, required }]) => ({
      label: key,
      kind: 'field',
      ...(required ? { detail: 'required' } : {}),
      documentation: meaning,
      insert: endsLine ? `${key}: ` : key,
      span,
      goesOn: endsLine && hasWords(shape),
    })),
  );
}

function hasWords(shape: Field['shape']): boolean {
  if (shape.type === 'either') return shape.options.some(hasWords);
  if (shape.type === 'text')
    return shape.names !== undefined && shape.names !== 'prompt' && shape.names !== 'token';
  return (
    shape.type === 'choice' || shape.type === 'truth' || (shape.type === 'number' && shape.role !== undefined)
  );
}

function values(slot: Slot, shape: Shape, known: Known): Completions {
  switch (shape.type) {
    case 'choice':
      return all(words(slot, shape));
    case 'truth':
      return all(['true', 'false'].map((label) => item(slot, label, 'word')));
    case 'text':
      return all(names(slot, shape, known));
    case 'number':
      return known.facts && shape.role ? numbers(slot, shape.role, known.facts) : all([]);
    case 'either': {
      const offers = shape.options.map((option) => values(slot, option, known));
      return {
        items: offers.flatMap(({ items }) => items),
        isIncomplete: offers.some(({ isIncomplete }) => isIncomplete),
      };
    }
    default:
      return all([]);
  }
}

function item(
  slot: Slot,
  label: string,
  kind: Completion['kind'],
  more: Partial<Completion> = {},
): Completion {
  return { label, kind, insert: label, span: slot.span, goesOn: false, ...more };
}

function words(slot: Slot, { words: meanings }: ChoiceShape): Completion[] {
  return Object.entries(meanings).map(([word, documentation]) => item(slot, word, 'word', { documentation }));
}

function names(slot: Slot, { names: source }: TextShape, { facts, models }: Known): Completion[] {
  const plain = (all: readonly string[]) => all.map((name) => item(slot, name, 'name', written(name)));
  switch (source) {
    case 'model':
      return plain(models);
    case 'dictionary':
      return dictionaryNames(slot, facts);
    case 'hook':
      return facts ? plain(hookNames(facts)) : [];
    case 'run':
      return plain(runNames(slot));
    case 'metric':
      return Object.entries(metricMeanings).map(([name, documentation]) =>
        item(slot, name, 'word', { documentation }),
      );
    default:
      return [];
  }
}

/** A name as YAML has it: in quotes where it would mean something else. */
function written(name: string): { readonly insert: string } {
  return { insert: /^[\w./~\\][\w./~\\ -]*$/.test(name) && !/^[\d.]+$/.test(name) ? name : quoted(name) };
}

function dictionaryNames(slot: Slot, facts: ModelFacts | null): Completion[] {
  if (!facts) return [];
  const own = [...facts.dictionaries.values()];
  const described = ({ hookName, features }: DictionaryFacts) => ({
    detail: `${features} features of ${hookName}`,
  });
  if (slot.path[0] === 'dictionaries')
    return facts.available.map((name) => item(slot, name, 'name', written(name)));
  return own.map((each) => item(slot, each.id, 'name', { ...described(each), ...written(each.id) }));
}

/** The runs of the file as it stands. */
function runNames({ valueAt }: Slot): string[] {
  const found: string[] = [];
  for (let i = 0; valueAt(['runs', i]) !== undefined; i++) {
    const name =
      valueAt(['runs', i, 'name']) ??
      EXPERIMENT_KINDS.find((kind) => valueAt(['runs', i, kind]) !== undefined);
    if (typeof name === 'string') found.push(name);
  }
  return found;
}

function numbers(slot: Slot, role: NumberRole, facts: ModelFacts): Completions {
  const { layers, heads } = facts.dimensions;
  if (role === 'layer') return all(counted(slot, layers));
  if (role === 'head') return all(counted(slot, heads));
  if (role === 'feature' || (role === 'unit' && siteAround(slot) === 'features'))
    return features(slot, facts);
  return all([]);
}

function counted(slot: Slot, count: number): Completion[] {
  return Array.from({ length: Math.min(count, MOST_NUMBERS) }, (_, i) => item(slot, String(i), 'number'));
}

/** The site that a sweep around the cursor is laid over. */
function siteAround({ path, valueAt }: Slot): Site | null {
  const run: Path = path.slice(0, 2);
  const site = ['patch', 'ablate', 'attribute', 'direct'].map((key) => valueAt([...run, key]));
  return (site.find((each) => typeof each === 'string') as Site | undefined) ?? null;
}

/** The dictionary that is named nearest around the cursor. */
export function dictionaryAround(
  path: Path,
  valueAt: Slot['valueAt'],
  facts: ModelFacts,
): DictionaryFacts | null {
  for (let length = path.length; length > 0; length--) {
    const name = valueAt([...path.slice(0, length), 'dictionary']);
    if (typeof name === 'string') return dictionaryNamed(facts, name);
  }
  return dictionaryNamed(facts, undefined);
}

/** Features by label: their numbers are written, with the label behind them where a comment can stand. */
function features(slot: Slot, facts: ModelFacts): Completions {
  const dictionary = dictionaryAround(slot.path.slice(0, -1), slot.valueAt, facts);
  if (!dictionary) return all([]);
  const sought = slot.typed.toLowerCase().split(/\s+/);
  const matching = [...dictionary.labels].filter(([index, label]) => {
    const shown = `${index} ${label.toLowerCase()}`;
    return sought.every((word) => shown.includes(word));
  });
  const items = matching.slice(0, MOST_FEATURES).map(([index, label]) =>
    item(slot, label, 'feature', {
      detail: `feature ${index} of ${dictionary.id}`,
      // What is typed has chosen already, word by word; the editor compares letter by letter.
      filter: slot.typed === '' ? `${index} ${label}` : slot.typed,
      insert: slot.endsLine ? `${index} # ${oneLine(label)}` : String(index),
    }),
  );
  return { items, isIncomplete: matching.length > 0 };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
