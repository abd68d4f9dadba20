import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { heldOutTemplates, type CorpusDocument } from './document';
import { families } from './families/index';
import { combinations, generate, heldOutDocuments, isHeldOut, trainDocuments } from './generate';
import { renderTemplate } from './template';

function take(seed: number, count: number): CorpusDocument[] {
  const documents: CorpusDocument[] = [];
  for (const document of trainDocuments(seed)) {
    documents.push(document);
    if (documents.length === count) break;
  }
  return documents;
}

describe('the corpus', () => {
  it('is the same for the same seed and another for another', () => {
    expect(take(3, 200)).toEqual(take(3, 200));
    expect(heldOutDocuments(3, 200)).toEqual(heldOutDocuments(3, 200));
    expect(take(3, 50)).not.toEqual(take(4, 50));
    expect(heldOutDocuments(3, 50)).not.toEqual(heldOutDocuments(4, 50));
  });

  it('has at least twenty different templates a family', () => {
    for (const { templates } of families) {
      expect(new Set(templates).size).toBe(templates.length);
      expect(templates.length).toBeGreaterThanOrEqual(20);
    }
  });

  it('keeps the last three templates of a family out of training', () => {
    const heldOut = new Set(
      families.flatMap(({ name, templates }) =>
        Array.from({ length: heldOutTemplates }, (_, i) => `${name}/${templates.length - 1 - i}`),
      ),
    );
    expect(heldOut.size).toBe(3 * families.length);
    expect(take(5, 5000).filter(({ template }) => heldOut.has(template))).toEqual([]);
    const templates = heldOutDocuments(5, 4000).filter(({ side }) => side === 'template');
    expect(new Set(templates.map(({ template }) => template))).toEqual(heldOut);
  });

  it('never shows a training document that is in the held-out text', () => {
    const heldOut = new Set(heldOutDocuments(6, 3000).map(({ text }) => text));
    expect(take(6, 20_000).filter(({ text }) => heldOut.has(text))).toEqual([]);
  });

  for (const family of families) {
    it(`states answers and tags that the text bears out: ${family.name}`, () => {
      const random = new Random(7);
      for (const side of ['train', 'combination', 'template'] as const) {
        for (let i = 0; i < 60; i++) checkDocument(generate(family, side, random));
      }
    });

    it(`splits by combinations: ${family.name}`, () => {
      const random = new Random(8);
      const markup = family.templates[0]!;
      const seen = { held: 0, kept: 0 };
      for (let i = 0; i < 500; i++) {
        const draw = family.draw(random);
        const { used } = renderTemplate(family.name, markup, draw.slots);
        const held = combinations(family.name, draw, used);
        expect(held.length).toBeGreaterThan(0);
        if (held.some(isHeldOut)) seen.held++;
        else seen.kept++;
      }
      expect(seen.held).toBeGreaterThan(10);
      expect(seen.kept).toBeGreaterThan(100);
    });
  }
});

function checkDocument({ text, tags, answers }: CorpusDocument): void {
  expect(text).not.toMatch(/[«»⟦⟧|]|undefined/u);
  expect(answers.length).toBeGreaterThan(0);
  for (const { start, end, accept } of answers) {
    expect(start).toBeGreaterThan(0);
    expect(accept).toContain(text.slice(start, end));
  }
  for (const { tag, start, end } of tags) {
    expect(tag).toMatch(/^[a-z]\w*(\.\w+)?$/u);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThan(start);
    expect(end).toBeLessThanOrEqual(text.length);
  }
}
