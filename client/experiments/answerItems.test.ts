import { describe, expect, it } from 'vitest';
import { namesFirst, offeredItems, readingsOf, typedItems } from './answerItems';

const ANSWERS = [
  { token: { id: 5, text: ' Mary' }, probability: 0.61234 },
  { token: { id: 6, text: ' John' }, probability: 0.2 },
  { token: { id: 7, text: '\uFFFD' }, probability: 0.00012345 },
];

describe('the answers that are offered', () => {
  it('are the model’s favourites with their probabilities', () => {
    expect(offeredItems(ANSWERS, undefined, [])).toEqual([
      { label: '“·Mary”', description: '61.2 % · token 5', answer: ' Mary' },
      { label: '“·John”', description: '20 % · token 6', answer: ' John' },
      { label: 'token 7', description: '0.0123 % · token 7', answer: 7 },
    ]);
  });

  it('begin with the preferred one, once, be it a favourite or not', () => {
    const labels = (preferred: string): string[] =>
      offeredItems(ANSWERS.slice(0, 2), preferred, []).map(({ label }) => label);
    expect(labels(' John')).toEqual(['“·John”', '“·Mary”']);
    expect(labels(' Sue')).toEqual(['“·Sue”', '“·Mary”', '“·John”']);
  });

  it('leave out what a token would be compared with itself by', () => {
    expect(offeredItems(ANSWERS, ' Mary', [' Mary']).map(({ answer }) => answer)).toEqual([' John', 7]);
  });
});

describe('the tokens that a prediction is contrasted with', () => {
  const favourite = (text: string, probability: number) => ({ token: { id: 1, text }, probability });
  const texts = (answers: ReturnType<typeof namesFirst>) => answers.map(({ token }) => token.text);
  const prompt = ['Then', ' John', ' and', ' Mary'].map((text, id) => ({ id, text }));

  it('begin with the names of the prompt, likeliest first', () => {
    const answers = [favourite(' the', 0.5), favourite(' Mary', 0.3), favourite('John', 1e-5)];
    expect(texts(namesFirst(answers, prompt))).toEqual([' Mary', 'John', ' the']);
    const items = offeredItems(namesFirst(answers, prompt), undefined, [' Mary']);
    expect(items.map(({ description }) => description)).toEqual([
      '0.001 % · token 1 · named in the prompt',
      '50 % · token 1',
    ]);
  });

  it('are the model’s favourites where no name of the prompt is possible', () => {
    const answers = [favourite(' and', 0.5), favourite(' Sue', 0.3), favourite(' John', 0.9e-5)];
    expect(texts(namesFirst(answers, prompt))).toEqual([' and', ' Sue', ' John']);
  });
});

describe('a text that is typed', () => {
  it('is an answer when it is one token', () => {
    expect(typedItems(' Sue', [{ id: 9, text: ' Sue' }])).toEqual([
      { label: '“·Sue”', description: 'token 9', answer: ' Sue', alwaysShow: true },
    ]);
  });

  it('is warned of when it is several, of which the first is offered', () => {
    const tokens = [
      { id: 5, text: ' Mary' },
      { id: 11, text: 'land' },
    ];
    const [warning, first] = typedItems(' Maryland', tokens);
    expect(warning).toEqual({
      label: '$(warning) “·Maryland” is 2 tokens',
      description: '·Mary | land: an answer must be one',
      alwaysShow: true,
    });
    expect(first).toMatchObject({ label: '“·Mary”, its first token', answer: ' Mary' });
  });

  it('runs no link or icon of its own', () => {
    expect(typedItems('$(x)', [{ id: 1, text: '$(x)' }])[0]?.label).toBe('“$ (x)”');
    expect(typedItems('', [])).toEqual([]);
  });

  it('is also read with the space that words begin with, unless it or the prompt has one there', () => {
    expect(readingsOf('Sue', 'to')).toEqual([' Sue', 'Sue']);
    expect(readingsOf(' Sue', 'to')).toEqual([' Sue']);
    expect(readingsOf('Sue', 'to ')).toEqual(['Sue']);
  });
});
