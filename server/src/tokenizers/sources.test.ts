import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeWithShared, sharedPath } from '../../../test/support/shared';
import { FileFormatError } from '../formats/errors';
import { hasTokenizer, loadTokenizer } from './loadTokenizer';
import { checkSpans } from './testing/randomTexts';

const root = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

let count = 0;
function folderWith(files: Record<string, unknown>): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(folder, name), isRaw ? content : JSON.stringify(content));
  }
  return folder;
}

/** Letters and their pairs, under the steps that are given. */
function letters(parts: Record<string, unknown> = {}, added: readonly string[] = []): object {
  const vocab = { '<unk>': 0, '<s>': 1, a: 2, b: 3, ab: 4, '\u2581': 5 };
  return {
    added_tokens: ['<unk>', '<s>', ...added].map((content, i) => ({
      id: i < 2 ? i : i + 4,
      content,
      special: true,
    })),
    model: { type: 'BPE', vocab, merges: ['a b'], unk_token: '<unk>' },
    ...parts,
  };
}

describe('BOS', () => {
  const json = letters({}, ['<|endoftext|>', '<bos>']);
  const bosOf = async (files: Record<string, unknown>) =>
    (await loadTokenizer(folderWith({ 'tokenizer.json': json, ...files }))).bosId;

  it('is what the nearest file says', async () => {
    expect(await bosOf({})).toBe(6);
    expect(await bosOf({ 'config.json': { bos_token_id: 7 } })).toBe(7);
    expect(await bosOf({ 'config.json': { text_config: { bos_token_id: 1 } } })).toBe(1);
    expect(await bosOf({ 'config.json': { bos_token_id: 99 } })).toBe(6);
    const map = {
      'special_tokens_map.json': { bos_token: { content: '<s>' } },
      'config.json': { bos_token_id: 7 },
    };
    expect(await bosOf(map)).toBe(1);
    expect(await bosOf({ ...map, 'tokenizer_config.json': { bos_token: '<bos>' } })).toBe(7);
    expect(await bosOf({ ...map, 'tokenizer_config.json': { bos_token: null } })).toBeNull();
  });

  it('is none for Qwen, whatever its config.json names', async () => {
    expect(await bosOf({ 'config.json': { model_type: 'qwen2', bos_token_id: 6 } })).toBeNull();
    const qwen = { 'tokenizer.json': letters({}, ['<|endoftext|>', '<|im_start|>']) };
    expect(await bosOf({ ...qwen, 'config.json': { bos_token_id: 6 } })).toBeNull();
  });

  it('is added by the publisher where a file says so', async () => {
    const config = { bos_token: '<s>', add_bos_token: true };
    const tokenizer = await loadTokenizer(
      folderWith({ 'tokenizer.json': json, 'tokenizer_config.json': config }),
    );
    expect(tokenizer.addsBos).toBe(true);
    expect(tokenizer.encode('ab')).toHaveLength(1);
  });
});

describe('added tokens of other files', () => {
  it('are found in the text', async () => {
    const folder = folderWith({
      'tokenizer.json': letters(),
      'tokenizer_config.json': {
        added_tokens_decoder: { 9: { content: '<x>', special: true }, 1: { content: '<s>' } },
      },
      'added_tokens.json': { '<y>': 10 },
    });
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.encode('a<x><s><y>b').map(({ id }) => id)).toEqual([2, 9, 1, 10, 3]);
    expect(tokenizer.vocabularySize).toBe(11);
  });
});

describe('hostile files', () => {
  const nested = (depth: number): object =>
    depth === 0 ? { type: 'NFC' } : { type: 'Sequence', normalizers: [nested(depth - 1)] };
  const split = (Regex: string) => ({
    pre_tokenizer: { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false },
  });
  const charsmap = (bytes: number[]) => ({
    normalizer: { type: 'Precompiled', precompiled_charsmap: Buffer.from(bytes).toString('base64') },
  });

  it.each<[string, object, string]>([
    ['deep nesting', letters({ normalizer: nested(50) }), '"normalizer" has too many steps'],
    ['an absurd id', letters({ model: { type: 'BPE', vocab: { a: 2 ** 40 }, merges: [] } }), 'the id of "a"'],
    ['groups in groups', letters(split(`${'('.repeat(99)}a${')'.repeat(99)}`)), 'nested too deeply'],
    ['a backreference', letters(split('(a)\\1')), 'the escape "\\1" is not supported'],
    ['a huge repeat', letters(split('a{99999}')), 'the repeat "{99999}" is not usable'],
    ['a property of its own', letters(split('\\p{Nope}')), 'the property Nope is not known'],
    ['a charsmap that lies', letters(charsmap([255, 255, 255, 255])), 'character replacements is damaged'],
    ['dropout', letters({ model: { type: 'BPE', vocab: {}, merges: [], dropout: 0.1 } }), 'random tokens'],
  ])('are refused for %s', async (_, content, reason) => {
    const loading = loadTokenizer(folderWith({ 'tokenizer.json': content }));
    await expect(loading).rejects.toThrow(FileFormatError);
    await expect(loading).rejects.toThrow(reason);
  });

  it.each(['(?:a+)+c', '(?:a|a)*c', '(?:a*)*c', 'a*a*a*a*a*a*a*c'])(
    'cannot hang by the pattern %s',
    async (pattern) => {
      const tokenizer = await loadTokenizer(folderWith({ 'tokenizer.json': letters(split(pattern)) }));
      expect(() => tokenizer.encode('a'.repeat(300))).toThrow('takes too long on this text');
    },
  );

  it('are read within bounds when a charsmap points outside of itself', async () => {
    const tokenizer = await loadTokenizer(
      folderWith({ 'tokenizer.json': letters(charsmap([4, 0, 0, 0, 255, 255, 255, 127])) }),
    );
    checkSpans('ab\u00e9', tokenizer.encode('ab\u00e9'));
  });
});

describe('tokenizer.bin of llama2.c', () => {
  function llama2c(entries: readonly (readonly [string, number])[]): Uint8Array {
    const parts = entries.map(([text, score]) => {
      const bytes = Buffer.from(text);
      const head = Buffer.alloc(8);
      head.writeFloatLE(score);
      head.writeUInt32LE(bytes.length, 4);
      return Buffer.concat([head, bytes]);
    });
    return Buffer.concat([Buffer.alloc(4), ...parts]);
  }
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, 0] as const,
  );
  const entries = [
    ['<unk>', 0],
    ['\n<s>\n', 0],
    ['\n</s>\n', 0],
    ...bytes,
    [' ', -9],
    ['a', -9],
    ['b', -9],
    ['ab', -1],
    [' a', -2],
  ] as const;

  it('merges by score, behind a space that it puts in front', async () => {
    const tokenizer = await loadTokenizer(folderWith({ 'tokenizer.bin': llama2c(entries) }));
    expect(tokenizer.bosId).toBe(1);
    const tokens = tokenizer.encode('ab a\n');
    expect(tokens.map(({ id, start, end }) => [id, start, end])).toEqual([
      [259, 0, 0],
      [262, 0, 2],
      [263, 2, 4],
      [13, 4, 5],
    ]);
    const ids = tokens.map(({ id }) => id);
    expect(tokenizer.decode(ids)).toBe('ab a\n');
    expect(tokenizer.decode(ids, [1])).toBe('ab a\n');
    expect(tokenizer.decode([263], [1, 260])).toBe(' a');
    expect([...tokenizer.encodeSpans(' a', true).ids]).toEqual([263]);
  });

  it('is chosen by the size of the vocabulary', async () => {
    const small = llama2c(entries.slice(0, 262));
    const folder = folderWith({ 'tok262.bin': small, 'tok264.bin': llama2c(entries) });
    expect((await loadTokenizer(folder, { vocabularySize: 262 })).vocabularySize).toBe(262);
    expect(hasTokenizer(folder, { vocabularySize: 264 })).toBe(true);
    expect(hasTokenizer(folder, { vocabularySize: 1 })).toBe(false);
    await expect(loadTokenizer(folder)).rejects.toThrow('there is no tokenizer.json');
    const one = folderWith({ 'tokenizer.bin': small });
    await expect(loadTokenizer(one, { vocabularySize: 264 })).rejects.toThrow(
      'it has 262 entries and the model has 264',
    );
    const cut = folderWith({ 'tokenizer.bin': small.subarray(0, small.length - 1) });
    await expect(loadTokenizer(cut)).rejects.toThrow('it ends in the middle of entry 261');
  });
});

describeWithShared('the tokenizer of stories260k', () => {
  it('gives the text of the reference back', async () => {
    const tokenizer = await loadTokenizer(sharedPath('data', 'stories260k'), { vocabularySize: 512 });
    const text = 'Once upon a time, there was a little girl named Lily.\nShe said: "\u00e9\u{1f600}"';
    const tokens = tokenizer.encode(text);
    checkSpans(text, tokens);
    expect(tokenizer.decode(tokens.map(({ id }) => id))).toBe(text);
    expect(tokens.slice(0, 5).map((token) => token.text)).toEqual([' Once', ' upon', ' a', ' time', ',']);
    expect(tokenizer.vocabularySize).toBe(512);
  });
});
