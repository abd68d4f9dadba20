/** Files of tokenizers. What they say is tried on texts that are hard to cut. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteCharacters } from '../../../server/src/tokenizers/byteAlphabet';
import { loadTokenizer } from '../../../server/src/tokenizers/loadTokenizer';
import { expectSane, type Format, type NumberField, type Part, type Sample } from '../format';
import { jsonFilePart, jsonPart, layOut } from './files';
import { fixture } from './fixtures';

const TEXTS = [
  'Hello, world! 12345  \n\n\tDon’t',
  'e\u0301\u{1f600}\ud800 ﬁ 中文 ا\u0000',
  `${'a'.repeat(40)}!`,
  `${' '.repeat(40)}<|endoftext|>x`,
];

/** Loads a tokenizer and tokenises with it. */
export async function readTokenizer(folder: string): Promise<void> {
  const tokenizer = await loadTokenizer(folder);
  const { vocabularySize, bosId } = tokenizer;
  expectSane(Number.isSafeInteger(vocabularySize) && vocabularySize >= 0, `${vocabularySize} entries`);
  expectSane(bosId === null || (bosId >= 0 && bosId < vocabularySize), `BOS is ${bosId}`);
  for (const text of TEXTS) {
    let end = 0;
    for (const token of tokenizer.encode(text)) {
      expectSane(token.start === end && token.end >= end, `spans do not tile: ${token.start} after ${end}`);
      end = token.end;
      expectSane(typeof tokenizer.tokenText(token.id) === 'string', `${token.id} has no text`);
    }
    expectSane(end === text.length || end === 0, `the spans end at ${end} of ${text.length}`);
    tokenizer.decode(tokenizer.encode(text).map(({ id }) => id));
  }
}

/** A sample whose file `name` is damaged and whose others are sound. */
export function tokenizerSample(
  folder: string,
  sample: string,
  name: string,
  part: Part,
  others: Readonly<Record<string, Uint8Array | string>> = {},
): Sample {
  const place = layOut(folder, `${sample}-${name}`, others);
  return {
    name: `${sample} ${name}`,
    file: join(place, name),
    parts: [part],
    read: () => readTokenizer(place),
  };
}

const tiny = (name: string): string => fixture('gpt2-tiny', 'model', name);

/** Llama 3's parts: a pattern of its own, merges as pairs, a template that prepends BOS, and normalised text. */
function llama3Like(): unknown {
  const entries = [...byteCharacters, 'ab', 'abc', 'Ġa'];
  return {
    added_tokens: [
      { id: 300, content: '<|begin|>', special: true },
      { id: 301, content: '<|endoftext|>', single_word: true, lstrip: true, rstrip: true, normalized: true },
    ],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }] },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: { Regex: "(?i:'s|'t)|\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)|\\s+|." },
          behavior: 'Isolated',
          invert: false,
        },
        { type: 'Digits', individual_digits: true },
        { type: 'ByteLevel', add_prefix_space: false, use_regex: false, trim_offsets: true },
      ],
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|begin|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      special_tokens: { '<|begin|>': { id: '<|begin|>', ids: [300], tokens: ['<|begin|>'] } },
    },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(entries.map((entry, id) => [entry, id])),
      merges: [
        ['a', 'b'],
        ['ab', 'c'],
        ['Ġ', 'a'],
      ],
      ignore_merges: true,
    },
  };
}

/** The reference's tokenizers that have a file of this name. */
function referenceSamples(folder: string, file: string, partOf: (path: string) => Part): Sample[] {
  return readdirSync(fixture('tokenizers'))
    .filter((name) => existsSync(fixture('tokenizers', name, file)))
    .map((name) => tokenizerSample(folder, name, file, partOf(fixture('tokenizers', name, file))));
}

export const tokenizerJson: Format = {
  name: 'tokenizer.json',
  samples: (folder) => [
    tokenizerSample(folder, 'gpt2', 'tokenizer.json', jsonFilePart(tiny('tokenizer.json'))),
    tokenizerSample(folder, 'llama3-like', 'tokenizer.json', jsonPart(llama3Like())),
    ...referenceSamples(folder, 'tokenizer.json', jsonFilePart),
  ],
};

/** SentencePiece's own files. */
export const tokenizerModel: Format = {
  name: 'tokenizer.model',
  samples: (folder) =>
    referenceSamples(folder, 'tokenizer.model', (path) => ({ kind: 'bytes', bytes: readFileSync(path) })),
};

/** llama2.c's tokenizer: the length of the longest entry, then a score, a length and a text each. */
function llama2cTokenizer(): Part {
  const texts = ['<unk>', '\n<s>\n', '\n</s>\n'];
  for (let byte = 0; byte < 256; byte++)
    texts.push(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  texts.push(' ', 'a', 'b', 'ab', ' a', 'é');
  const fields: NumberField[] = [{ offset: 0, width: 4 }];
  const entries = [Buffer.alloc(4)];
  let at = 4;
  for (const [id, text] of texts.entries()) {
    const head = Buffer.alloc(8);
    head.writeFloatLE(-id);
    head.writeUInt32LE(Buffer.byteLength(text), 4);
    fields.push({ offset: at + 4, width: 4 });
    entries.push(head, Buffer.from(text));
    at += 8 + Buffer.byteLength(text);
  }
  return { kind: 'bytes', bytes: Buffer.concat(entries), fields };
}

export const tokenizerBin: Format = {
  name: 'tokenizer.bin',
  samples: (folder) => [tokenizerSample(folder, 'llama2c', 'tokenizer.bin', llama2cTokenizer())],
};

function vocabAndMerges(): { vocab: string; merges: string } {
  const { model } = JSON.parse(readFileSync(tiny('tokenizer.json'), 'utf8')) as {
    model: { vocab: Record<string, number>; merges: (string | string[])[] };
  };
  const merges = model.merges.map((rule) => (typeof rule === 'string' ? rule : rule.join(' ')));
  return { vocab: JSON.stringify(model.vocab), merges: ['#version: 0.2', ...merges].join('\n') };
}

/** tokenizer_config.json beside a sound tokenizer, and the two files of old. */
export const tokenizerFiles: Format = {
  name: 'tokenizer-files',
  samples(folder) {
    const { vocab, merges } = vocabAndMerges();
    const sound = readFileSync(tiny('tokenizer.json'));
    const words = [' ', 'a b', 'Ġ', '#version'];
    return [
      tokenizerSample(folder, 'gpt2', 'tokenizer_config.json', jsonFilePart(tiny('tokenizer_config.json')), {
        'tokenizer.json': sound,
      }),
      tokenizerSample(folder, 'old', 'vocab.json', jsonPart(vocab), { 'merges.txt': merges }),
      tokenizerSample(
        folder,
        'old',
        'merges.txt',
        { kind: 'text', bytes: Buffer.from(merges), words },
        { 'vocab.json': vocab },
      ),
    ];
  },
};
