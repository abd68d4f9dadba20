import { describe, expect, it } from 'vitest';
import type { GraphTarget } from '../../../../protocol/graphs';
import { fakeLab } from '../lab/testing/fakeLab';
import { flatWarning, logitNodes } from './targets';

const lab = fakeLab();
const VOCABULARY = lab.model.dimensions.vocabulary;

/** Logits whose softmax gives these tokens these probabilities, and the rest to all others alike. */
function logitsOf(probabilities: Readonly<Record<number, number>>): Float32Array {
  const given = Object.values(probabilities);
  const rest = (1 - given.reduce((a, b) => a + b, 0)) / (VOCABULARY - given.length);
  return Float32Array.from({ length: VOCABULARY }, (_, id) => Math.log(probabilities[id] ?? rest) + 3);
}

const logits = logitsOf({ 1: 0.5, 3: 0.3, 2: 0.1 });
const nodes = (target: GraphTarget, from = logits) => logitNodes(target, from, lab);
const tokens = (most: number, share: number) =>
  nodes({ kind: 'likely', most, share }).map(({ token }) => token);

describe('likeliest tokens', () => {
  it('are the fewest that reach the share', () => {
    expect(tokens(10, 0.49)).toEqual([1]);
    expect(tokens(10, 0.51)).toEqual([1, 3]);
    expect(tokens(10, 0.85)).toEqual([1, 3, 2]);
    expect(tokens(10, 0)).toEqual([1]);
  });

  it('are at most so many, of equals the lower ids first', () => {
    expect(tokens(2, 0.95)).toEqual([1, 3]);
    expect(tokens(6, 0.95)).toEqual([1, 3, 2, 0, 4, 5]);
    expect(tokens(1000, 1)).toHaveLength(VOCABULARY);
  });

  it('are read as logits less their mean', () => {
    const [a] = nodes({ kind: 'likely', most: 1, share: 1 });
    expect(a).toMatchObject({
      name: 'a',
      token: 1,
      target: { kind: 'logits', ids: [1], weights: [1], centred: true },
    });
    expect(a!.probability).toBeCloseTo(0.5, 6);
  });

  it('are said to be flat when they hold under a tenth', () => {
    const target = { kind: 'likely', most: 9, share: 0.95 } as const;
    expect(flatWarning(target, nodes(target))).toBeNull();
    expect(flatWarning(target, nodes(target, logitsOf({})))).toMatch(
      /^Nothing in particular is predicted here: the 9 likeliest tokens hold 9 % of the probability\. Choose /,
    );
    const chosen = { kind: 'tokens', tokens: [50] } as const;
    expect(flatWarning(chosen, nodes(chosen))).toBeNull();
  });
});

describe('chosen targets', () => {
  it('are tokens by id or text, with their probabilities', () => {
    const [c, b] = nodes({ kind: 'tokens', tokens: ['c', 2] });
    expect([c!.token, b!.token]).toEqual([3, 2]);
    expect(c!.probability).toBeCloseTo(0.3, 6);
  });

  it('are a difference of mean logits', () => {
    expect(nodes({ kind: 'difference', a: ['a', 5], b: ['c'] })).toEqual([
      {
        name: '"a"|"e" - "c"',
        token: null,
        probability: 1,
        target: { kind: 'logits', ids: [1, 5, 3], weights: [0.5, 0.5, -1], centred: false },
      },
    ]);
  });

  it('are a direction', () => {
    const vector = [0, 1, 0, 0, 0, 0, 0, 0];
    expect(nodes({ kind: 'direction', name: 'truth', vector })).toEqual([
      { name: 'truth', token: null, probability: 1, target: { kind: 'direction', vector } },
    ]);
  });

  it.each<[string, GraphTarget, RegExp]>([
    ['a text of several tokens', { kind: 'tokens', tokens: ['ab'] }, /"ab" is not one token/],
    ['an id outside', { kind: 'tokens', tokens: [100] }, /token 100 is not in the vocabulary \(0 to 99\)/],
    ['a broken id', { kind: 'tokens', tokens: [1.5] }, /token 1\.5 is not in the vocabulary/],
    ['no token', { kind: 'difference', a: [1], b: [] }, /no token was chosen/],
    ['a token twice', { kind: 'tokens', tokens: ['a', 1] }, /"a" is named twice/],
    ['no difference', { kind: 'difference', a: ['a', 'b'], b: [2, 1] }, /itself is always 0/],
    ['no logit', { kind: 'likely', most: 0, share: 1 }, /cannot have 0 logits/],
    ['a direction of another width', { kind: 'direction', name: 'd', vector: [1] }, /has 1 numbers .* 8/],
    ['a direction of zeros', { kind: 'direction', name: 'd', vector: [0, 0, 0, 0, 0, 0, 0, 0] }, /is none/],
  ])('are refused for %s', (_, target, message) => {
    expect(() => nodes(target)).toThrow(message);
    expect(() => nodes(target)).toThrow(expect.objectContaining({ name: 'Refusal' }));
  });

  it('name the near miss with a leading space, and need a tokenizer for texts', () => {
    const spaced = { ...lab.tokenizer!, idOf: (text: string) => (text === ' Paris' ? 7 : null) };
    const target = { kind: 'tokens', tokens: ['Paris'] } as const;
    expect(() => logitNodes(target, logits, { ...lab, tokenizer: spaced })).toThrow(
      '" Paris" with a leading space is one',
    );
    expect(() => logitNodes(target, logits, { ...lab, tokenizer: null })).toThrow(
      /no tokenizer: give its id/,
    );
    const byId = logitNodes({ kind: 'tokens', tokens: [3] }, logits, { ...lab, tokenizer: null });
    expect(byId[0]).toMatchObject({ name: '3', token: 3 });
  });

  it('are refused where logits are no numbers', () => {
    const broken = logits.with(4, NaN);
    expect(() => nodes({ kind: 'tokens', tokens: [1] }, broken)).toThrow(/logits are no numbers/);
  });
});
