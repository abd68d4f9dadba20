/** A laboratory without an engine, for arithmetic: three layers, four heads, a hundred tokens, and letters as text. */
import type { DictionarySummary, ModelSummary } from '../../../engine/messages';
import type { Tokenizer } from '../../../tokenizers/tokenizer';
import type { Ask, Laboratory } from '../laboratory';

const DIMENSIONS = {
  layers: 3,
  heads: 4,
  kvHeads: 2,
  dModel: 8,
  dHead: 2,
  dMlp: 6,
  vocabulary: 100,
  context: 12,
};

const summary: ModelSummary = {
  folder: '/model',
  family: 'fake',
  format: 'safetensors',
  dimensions: DIMENSIONS,
  hooks: [],
  causal: true,
  processing: [],
  identity: 'weights',
  weightBytes: 0,
  parameters: 0,
  costs: { multiplied: 0, heldBytes: 0 },
  dtypes: [],
  endsOfText: [],
  warnings: [],
};

/** One token a letter, `a` is 1; BOS is 0. */
export const lettersTokenizer: Tokenizer = {
  vocabularySize: 100,
  bosId: 0,
  addsBos: false,
  encode: (text) =>
    Array.from(text, (letter, start) => ({ id: idOf(letter), text: letter, start, end: start + 1 })),
  encodeSpans: () => ({ ids: new Int32Array(), ends: new Int32Array() }),
  decode: (ids) => ids.map(textOf).join(''),
  tokenText: textOf,
  idOf: (text) => (text.length === 1 ? idOf(text) : null),
};

function idOf(letter: string): number {
  return letter.codePointAt(0)! - 96;
}

function textOf(id: number): string {
  return id === 0 ? '<bos>' : String.fromCodePoint(id + 96);
}

export function fakeDictionary(id: string): DictionarySummary {
  return {
    id,
    folder: `/${id}`,
    kind: 'standard',
    hookName: `blocks.1.hook_${id}`,
    hookNameOut: `blocks.1.hook_${id}`,
    hookHeadIndex: null,
    featureHook: `blocks.1.hook_${id}.hook_sae_acts_post`,
    dIn: 8,
    dOut: 8,
    dSae: 5,
    identity: id,
    weightBytes: 0,
    warnings: [],
  };
}

const silent: Ask = () => Promise.reject(new Error('nobody is asked'));

export function fakeLab({
  dictionaries = [],
  tokenizer = lettersTokenizer,
  ask = silent,
}: {
  readonly dictionaries?: readonly string[];
  readonly tokenizer?: Tokenizer | null;
  readonly ask?: Ask;
} = {}): Laboratory {
  return {
    modelName: 'fake',
    model: summary,
    tokenizer,
    dictionaries: new Map(
      dictionaries.map((id) => [
        id,
        { summary: fakeDictionary(id), label: (feature) => (feature === 2 ? 'a label' : null) },
      ]),
    ),
    provider: 'cpu',
    versions: { featurescope: '1', onnxruntime: '2' },
    ask,
  };
}
