import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as PublicTokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../server/src/tokenizers/loadTokenizer';
import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { capitals, femaleNames, maleNames, months, weekdays } from '../corpus/banks';
import { heldOutDocuments, trainDocuments } from '../corpus/generate';
import { demoVocabulary } from './demoVocabulary';
import { preTokenise } from './preTokenise';
import { tokenizerConfigJson, tokenizerJson } from './tokenizerFiles';

const folder = mkdtempSync(join(tmpdir(), 'demo-tokenizer-'));
let ours: Tokenizer;
let reference: PublicTokenizer;

beforeAll(async () => {
  const vocabulary = demoVocabulary(1);
  const json = tokenizerJson(vocabulary);
  const config = tokenizerConfigJson(256);
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
  ours = await loadTokenizer(folder);
  reference = new PublicTokenizer(json, config);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const hard = 'Émile 😀 日本語\r\n\tx\u0000 12345 ٣½ “q” naïve\u0301   end <|endoftext|>';

describe('the demo tokenizer', () => {
  it('has about two thousand tokens and a BOS', () => {
    expect(ours.vocabularySize).toBeGreaterThan(1800);
    expect(ours.vocabularySize).toBeLessThanOrEqual(2048);
    expect(ours.tokenText(ours.bosId!)).toBe('<|endoftext|>');
  });

  it('makes one token of every name, capital, country, weekday and month after a space', () => {
    const names = [...femaleNames, ...maleNames];
    expect(new Set(names).size).toBeGreaterThanOrEqual(60);
    for (const word of [...names, ...capitals.flat(), ...weekdays, ...months]) {
      expect(ours.encode(` ${word}`).map(({ text }) => text)).toEqual([` ${word}`]);
    }
  });

  it('makes two tokens of a year', () => {
    expect(ours.encode(' 1732').map(({ text }) => text)).toEqual([' 17', '32']);
  });

  it('makes one token of every piece of the corpus', () => {
    const texts = heldOutDocuments(2, 2000).map(({ text }) => text);
    const pieces = new Set(texts.flatMap(preTokenise));
    const split = [...pieces].filter((piece) => ours.encode(piece).length !== 1);
    expect(split).toEqual([]);
  });

  it('gives the ids of the public library, on any text', () => {
    const texts = [...heldOutDocuments(3, 100).map(({ text }) => text), hard.replace('<|endoftext|>', '')];
    for (const text of texts) {
      expect(ours.encode(text).map(({ id }) => id)).toEqual(
        reference.encode(text, { add_special_tokens: false }).ids,
      );
    }
  });

  it('gives any text back', () => {
    expect(ours.decode(ours.encode(hard).map(({ id }) => id))).toBe(hard);
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
    expect(ours.decode(ours.encode(bytes).map(({ id }) => id))).toBe(bytes);
  });

  it('does not depend on anything but the seed', () => {
    expect(demoVocabulary(1)).toEqual(demoVocabulary(1));
    expect(trainDocuments(1).next().value.text).toBe(trainDocuments(1).next().value.text);
  });
});
