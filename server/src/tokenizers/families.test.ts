/** Every family's chain, and single steps, against the ids of the original libraries (test/reference/tokenizer_families.py). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTokenizer } from './loadTokenizer';
import { checkSpans, randomFrom, randomText } from './testing/randomTexts';
import type { Tokenizer } from './tokenizer';

const fixtures = join(import.meta.dirname, '../../../test/reference/fixtures/tokenizers');

function read(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(fixtures, ...path), 'utf8'));
}

interface Case {
  readonly ids: readonly number[];
  readonly decoded?: string;
  /** Where each token ends, in UTF-16 units. */
  readonly ends?: readonly number[];
}

const texts = read('texts.json') as string[];
const names = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const families = names.filter((name) => !name.startsWith('spm-'));
const sentencePieces = names.filter((name) => name.startsWith('spm-'));

function idsOf(tokenizer: Tokenizer, text: string): number[] {
  return tokenizer.encode(text).map(({ id }) => id);
}

describe.each(families)('the tokenizer of %s', (name) => {
  const cases = read(name, 'cases.json') as Case[];

  it('gives the ids of the original, and spans that tile the text', async () => {
    const tokenizer = await loadTokenizer(join(fixtures, name));
    texts.forEach((text, i) => {
      expect({ text, ids: idsOf(tokenizer, text) }).toEqual({ text, ids: cases[i]!.ids });
      checkSpans(text, tokenizer.encode(text));
    });
  });

  it('decodes as the original does', async () => {
    const tokenizer = await loadTokenizer(join(fixtures, name));
    for (const { ids, decoded } of cases) {
      // Where a text begins with BOS or its like, the original keeps the space that it put behind it.
      const opens = ids.findIndex((id) => !/^<.*>$/.test(tokenizer.tokenText(id))) === 0;
      if (opens) expect(tokenizer.decode(ids)).toBe(decoded);
    }
  });

  it('tiles random texts, lone surrogates included, and can go on in the middle', async () => {
    const tokenizer = await loadTokenizer(join(fixtures, name));
    const random = randomFrom(23);
    for (let round = 0; round < 300; round++) {
      const text = randomText(random);
      const tokens = tokenizer.encode(text);
      checkSpans(text, tokens);
      const { ids, ends } = tokenizer.encodeSpans(text, true);
      if (ids.length > 0) expect(ends.at(-1)).toBe(text.length);
    }
  });
});

/** Chains under which the original's offsets have no gaps: it loses marks that NFC composes, and trims spaces. */
describe.each(['phi', 'llama3', 'gpt4o', 'llama2', 'mistral', 'gemma', 'unknown'])(
  'positions of %s',
  (name) => {
    it('end where those of the original end', async () => {
      const tokenizer = await loadTokenizer(join(fixtures, name));
      const cases = read(name, 'cases.json') as Case[];
      texts.forEach((text, i) => {
        const { ends } = tokenizer.encodeSpans(text);
        const expected = cases[i]!.ends!;
        // What is put in front of the text is part of its first character to the original, and nothing of it here.
        const ours = Array.from(ends, (end, k) => (end === (ends[k - 1] ?? 0) ? expected[k]! : end));
        expect({ text, ends: ours }).toEqual({ text, ends: expected });
      });
    });
  },
);

describe('single steps', () => {
  const { definition, texts, components } = read('components.json') as {
    readonly definition: object;
    readonly texts: readonly string[];
    readonly components: readonly { readonly cases: readonly number[][] }[];
  };

  it.each(
    components.map(({ cases, ...steps }) => [JSON.stringify(steps).slice(0, 120), steps, cases] as const),
  )('%s', async (_, steps, cases) => {
    const folder = mkdtempSync(join(tmpdir(), 'steps-'));
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...definition, ...steps }));
    const tokenizer = await loadTokenizer(folder);
    rmSync(folder, { recursive: true });
    texts.forEach((text, i) => {
      expect({ text, ids: idsOf(tokenizer, text) }).toEqual({ text, ids: cases[i] });
      checkSpans(text, tokenizer.encode(text));
    });
  });
});

describe.each(sentencePieces)('the tokenizer.model of %s', (name) => {
  it('gives the ids of SentencePiece, and spans that tile the text', async () => {
    const tokenizer = await loadTokenizer(join(fixtures, name));
    const cases = read(name, 'cases.json') as Case[];
    (read('sentencepiece-texts.json') as string[]).forEach((text, i) => {
      expect({ text, ids: idsOf(tokenizer, text) }).toEqual({ text, ids: cases[i]!.ids });
      checkSpans(text, tokenizer.encode(text));
    });
  });
});
