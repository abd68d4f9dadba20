import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileFormatError } from '../formats/errors';
import { byteCharacters } from './byteAlphabet';
import { loadTokenizer } from './loadTokenizer';
import { randomFrom } from './testing/randomTexts';

const root = mkdtempSync(join(tmpdir(), 'tokenizer-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

let count = 0;
function folderWith(files: Record<string, unknown>): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** All bytes, then the merges' results, then added tokens. */
function definition(
  merges: readonly string[] = [],
  parts: Record<string, unknown> = {},
  added: object[] = [],
) {
  const entries = [...byteCharacters, ...merges.map((rule) => rule.replace(' ', ''))];
  const vocab = Object.fromEntries(entries.map((entry, id) => [entry, id]));
  const end = { id: entries.length, content: '<|endoftext|>', special: true };
  return {
    added_tokens: [end, ...added.map((token, index) => ({ id: entries.length + 1 + index, ...token }))],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    post_processor: null,
    model: { type: 'BPE', vocab, merges },
    ...parts,
  };
}

const load = (files: Record<string, unknown>) => loadTokenizer(folderWith(files));
const spans = (tokens: readonly { text: string; start: number; end: number }[]) =>
  tokens.map(({ text, start, end }) => [text, start, end]);

describe('loadTokenizer', () => {
  it('merges by rank, leftmost first', async () => {
    const tokenizer = await load({ 'tokenizer.json': definition(['b c', 'a b', 'a a']) });
    expect(spans(tokenizer.encode('abcaaaab'))).toEqual([
      ['a', 0, 1],
      ['bc', 1, 3],
      ['aa', 3, 5],
      ['a', 5, 6],
      ['ab', 6, 8],
    ]);
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.vocabularySize).toBe(260);
  });

  it('reads vocab.json and merges.txt as GPT-2 published them', async () => {
    const { vocab } = definition(['h i', 'Ġ hi']).model;
    const tokenizer = await load({
      'vocab.json': { ...vocab, '<|endoftext|>': 258 },
      'merges.txt': '#version: 0.2\nh i\nĠ hi\n',
    });
    expect(tokenizer.encode('hi hi<|endoftext|>').map(({ id }) => id)).toEqual([256, 257, 258]);
    expect(tokenizer.bosId).toBe(258);
    expect(tokenizer.addsBos).toBe(false);
  });

  it('knows BOS from the configuration, also when its id is 0', async () => {
    const zero = { 'tokenizer.json': definition(), 'tokenizer_config.json': { bos_token: '!' } };
    const first = byteCharacters.indexOf('!');
    expect((await load(zero)).bosId).toBe(first);
    const model = { type: 'BPE', vocab: { '<s>': 0, a: 1 }, merges: [] };
    const pythia = { ...definition([], { model }), added_tokens: [{ id: 0, content: '<s>' }] };
    const tokenizer = await load({
      'tokenizer.json': pythia,
      'tokenizer_config.json': { bos_token: { content: '<s>' } },
    });
    expect(tokenizer.bosId).toBe(0);
    expect(tokenizer.encode('a<s>')).toEqual([
      { id: 1, text: 'a', start: 0, end: 1 },
      { id: 0, text: '<s>', start: 1, end: 4 },
    ]);
  });

  it('tells no BOS from an unmentioned one', async () => {
    const content = definition();
    expect((await load({ 'tokenizer.json': content })).bosId).toBe(256);
    expect((await load({ 'tokenizer.json': content, 'tokenizer_config.json': {} })).bosId).toBe(256);
    expect(
      (await load({ 'tokenizer.json': content, 'tokenizer_config.json': { bos_token: null } })).bosId,
    ).toBeNull();
    expect(
      (await load({ 'tokenizer.json': content, 'tokenizer_config.json': { bos_token: '' } })).bosId,
    ).toBeNull();
    await expect(
      load({ 'tokenizer.json': content, 'tokenizer_config.json': { bos_token: '<s>' } }),
    ).rejects.toThrow('"bos_token" "<s>" is not in the vocabulary');
  });

  it('knows from the post-processor that the publisher adds BOS', async () => {
    const template = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|endoftext|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      special_tokens: { '<|endoftext|>': { id: '<|endoftext|>', ids: [256], tokens: ['<|endoftext|>'] } },
    };
    const post_processor = { type: 'Sequence', processors: [{ type: 'ByteLevel' }, template] };
    const tokenizer = await load({ 'tokenizer.json': definition([], { post_processor }) });
    expect(tokenizer.bosId).toBe(256);
    expect(tokenizer.addsBos).toBe(true);
    expect(tokenizer.encode('a')).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an empty folder', {}, 'there is no tokenizer.json'],
    ['broken JSON', { 'tokenizer.json': '{"model":' }, 'it is not valid JSON'],
    ['a missing model', { 'tokenizer.json': {} }, '"model" must be a JSON object, found nothing'],
    ['an empty SentencePiece model', { 'tokenizer.model': '' }, 'it has no pieces'],
    ['an empty llama2.c tokenizer', { 'tokenizer.bin': '' }, 'it has 0 entries'],
    [
      'WordPiece',
      { 'tokenizer.json': { model: { type: 'WordPiece' } } },
      'WordPiece tokenizers are not supported',
    ],
    [
      'another normalizer',
      { 'tokenizer.json': definition([], { normalizer: { type: 'Nmt' } }) },
      'the normalizer Nmt is not supported',
    ],
    [
      'another pre-tokenizer',
      {
        'tokenizer.json': definition([], {
          pre_tokenizer: {
            type: 'Sequence',
            pretokenizers: [{ type: 'UnicodeScripts' }, { type: 'ByteLevel' }],
          },
        }),
      },
      'the pre-tokenizer UnicodeScripts is not supported',
    ],
    [
      'a broken pattern',
      {
        'tokenizer.json': definition([], {
          pre_tokenizer: {
            type: 'Sequence',
            pretokenizers: [
              { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' },
              { type: 'ByteLevel' },
            ],
          },
        }),
      },
      'its pattern "(" cannot be used: a "(" has no ")"',
    ],
    [
      'a merge without its result',
      { 'tokenizer.json': definition([], { model: { type: 'BPE', vocab: { a: 0 }, merges: ['a a'] } }) },
      'merge 0 ("a a") needs entries that are not in the vocabulary',
    ],
    [
      'a merge of three',
      { 'tokenizer.json': definition([], { model: { type: 'BPE', vocab: { a: 0 }, merges: ['a a a'] } }) },
      'merge 0 is not a pair: "a a a"',
    ],
    [
      'a negative id',
      { 'tokenizer.json': definition([], { model: { type: 'BPE', vocab: { a: -1 }, merges: [] } }) },
      'the id of "a" is -1',
    ],
    [
      'an id used twice',
      { 'tokenizer.json': definition([], { model: { type: 'BPE', vocab: { a: 1, b: 1 }, merges: [] } }) },
      'two entries have the id 1',
    ],
  ])('refuses %s', async (_, files, reason) => {
    const loading = load(files);
    await expect(loading).rejects.toThrow(FileFormatError);
    await expect(loading).rejects.toThrow(reason);
  });

  it('says which byte the vocabulary lacks', async () => {
    const tokenizer = await load({
      'tokenizer.json': definition([], { model: { type: 'BPE', vocab: { a: 0 }, merges: [] } }),
    });
    expect(() => tokenizer.encode('a\u00e9')).toThrow('no token for the byte 0xC3');
  });
});

describe('the variants of byte-level tokenizers', () => {
  const llama3 = {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: {
          Regex:
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        },
        behavior: 'Isolated',
        invert: false,
      },
      { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    ],
  };

  it('splits by the pattern of the file, as Llama 3 does', async () => {
    const merges = ['1 2', '3 4', '12 34', 'Ċ Ċ', "' M"];
    const tokenizer = await load({ 'tokenizer.json': definition(merges, { pre_tokenizer: llama3 }) });
    expect(tokenizer.encode("I'M 1234\n\n").map(({ text }) => text)).toEqual([
      'I',
      "'M",
      ' ',
      '12',
      '3',
      '4',
      '\n\n',
    ]);
  });

  it('takes whole pieces from the vocabulary when merges are to be ignored', async () => {
    const content = definition([], { pre_tokenizer: llama3 });
    const model = { ...content.model, vocab: { ...content.model.vocab, Ġword: 300 }, ignore_merges: true };
    const tokenizer = await load({ 'tokenizer.json': { ...content, model } });
    expect(tokenizer.encode('a word').map(({ id }) => id)).toEqual([byteCharacters.indexOf('a'), 300]);
  });

  it('splits digits', async () => {
    const pre_tokenizer = {
      type: 'Sequence',
      pretokenizers: [{ type: 'Digits', individual_digits: true }, { type: 'ByteLevel' }],
    };
    const tokenizer = await load({ 'tokenizer.json': definition(['1 2', 'a 1'], { pre_tokenizer }) });
    expect(tokenizer.encode('a12').map(({ text }) => text)).toEqual(['a', '1', '2']);
  });

  it('gives a prefix space no place of its own in the text', async () => {
    const pre_tokenizer = { type: 'ByteLevel', add_prefix_space: true };
    const tokenizer = await load({ 'tokenizer.json': definition(['Ġ a'], { pre_tokenizer }) });
    expect(spans(tokenizer.encode('ab'))).toEqual([
      [' a', 0, 1],
      ['b', 1, 2],
    ]);
    expect(spans(tokenizer.encode('b'))).toEqual([
      [' ', 0, 0],
      ['b', 0, 1],
    ]);
    expect(spans(tokenizer.encode(' a'))).toEqual([[' a', 0, 2]]);
  });

  it('normalises to NFC and still points into the original', async () => {
    const tokenizer = await load({ 'tokenizer.json': definition(['Ã ©'], { normalizer: { type: 'NFC' } }) });
    expect(spans(tokenizer.encode('xe\u0301y'))).toEqual([
      ['x', 0, 1],
      ['é', 1, 3],
      ['y', 3, 4],
    ]);
    const hangul = tokenizer.encode('\u1112\u1161\u11ab!');
    expect(hangul.map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [3, 3],
      [3, 3],
      [3, 4],
    ]);
    expect(tokenizer.decode(hangul.map(({ id }) => id))).toBe('한!');
  });

  it('finds added tokens: the longest, whole words only, with the spaces they take', async () => {
    const added = [
      { content: '<a>' },
      { content: '<a><b>' },
      { content: 'word', single_word: true },
      { content: '<mask>', lstrip: true, rstrip: true },
    ];
    const tokenizer = await load({ 'tokenizer.json': definition([], {}, added) });
    const named = (text: string) => spans(tokenizer.encode(text));
    expect(named('<a><b><a>')).toEqual([
      ['<a><b>', 0, 6],
      ['<a>', 6, 9],
    ]);
    expect(tokenizer.encode('words')).toHaveLength(5);
    expect(named('word')).toEqual([['word', 0, 4]]);
    expect(named('x  <mask>  y')).toEqual([
      ['x', 0, 1],
      ['<mask>', 1, 11],
      ['y', 11, 12],
    ]);
  });

  it('decodes, names and finds single tokens', async () => {
    const tokenizer = await load({ 'tokenizer.json': definition(['Ġ a']) });
    expect(tokenizer.idOf(' a')).toBe(256);
    expect(tokenizer.idOf('<|endoftext|>')).toBe(257);
    expect(tokenizer.idOf(' ab')).toBeNull();
    expect(tokenizer.idOf('')).toBeNull();
    expect(tokenizer.tokenText(0xf0)).toBe('\ufffd');
    expect(tokenizer.tokenText(9_999)).toBe('<|unused 9999|>');
    expect(() => tokenizer.tokenText(-1)).toThrow(RangeError);
    expect(tokenizer.decode([0xf0, 0x9f, 0x98, 0x80, 257, 0xff])).toBe('😀<|endoftext|>\ufffd');
    expect(tokenizer.decode([])).toBe('');
  });
});

describe('random input', () => {
  it('keeps spans tiling the original under normalisation', async () => {
    const tokenizer = await load({
      'tokenizer.json': definition(['Ã ©', 'Ì ģ'], { normalizer: { type: 'NFC' } }),
    });
    const parts =
      'a e \u0301 \u0308 \u0323 \u1112 \u1161 \u11ab 한 é \u212b \u0958 \u0344 😀 \ud800 <|endoftext|> \u09c7 \u09be'.split(
        ' ',
      );
    const random = randomFrom(5);
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: random(12) }, () => parts[random(parts.length)]!).join('');
      const tokens = tokenizer.encode(text);
      tokens.forEach(({ start, end }, index) => {
        expect(start).toBe(index === 0 ? 0 : tokens[index - 1]!.end);
        expect(end).toBeGreaterThanOrEqual(start);
      });
      expect(tokens.at(-1)?.end ?? 0).toBe(text.length);
      const decoded = tokenizer.decode(tokens.map(({ id }) => id));
      expect(decoded.normalize('NFC')).toBe(text.normalize('NFC').replace(/\p{Cs}/gu, '\ufffd'));
    }
  });

  it('gives a clear error or a tokenizer that keeps its word, whatever bytes of the file are changed', async () => {
    const folder = folderWith({});
    const original = new TextEncoder().encode(
      JSON.stringify(definition(['a b', 'ab c'], {}, [{ content: '<a>' }])),
    );
    const random = randomFrom(17);
    let refused = 0;
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from(original);
      for (let edit = random(3); edit >= 0; edit--) bytes[random(bytes.length)] = 0x20 + random(0x60);
      writeFileSync(join(folder, 'tokenizer.json'), bytes);
      try {
        const tokens = (await loadTokenizer(folder)).encode('abc <a> é😀');
        expect(tokens.at(-1)?.end).toBe(11);
      } catch (error) {
        if (!(error instanceof FileFormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(150);
    expect(refused).toBeLessThan(500);
  });
});
