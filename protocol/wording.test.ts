import { describe, expect, it } from 'vitest';
import { measured, oneLine, plainLine, shortNumber, tokenName } from './wording';

describe('short texts', () => {
  it.each([
    [0, '0'],
    [12345.6, '12300'],
    [0.00001234, '1.2e-5'],
    [-1.2345, '-1.23'],
  ])('%d is %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
  it('makes whitespace visible', () => {
    expect(tokenName(' a\r\n\t')).toBe('·a␍↵⇥');
    expect(tokenName('')).toBe('∅');
  });
  it('shows only what was measured', () => {
    expect(measured({ text: 'x', source: 'dictionary', precision: 0.973, recall: 0.5 })).toBe(
      'P 0.97 · R 0.50',
    );
    expect(measured({ text: 'x', source: 'own' })).toBe('');
    expect(measured(null)).toBe('');
  });
});

describe('oneLine', () => {
  it('shows characters that would hide or turn text around', () => {
    expect(oneLine('a\r\n\tb\u202Ec\u0007d\u2066e\u200B')).toBe('a b\uFFFDc\uFFFDd\uFFFDe\uFFFD');
  });
  it('keeps joined emoji and right-to-left letters', () => {
    expect(oneLine('👩‍💻 שלום')).toBe('👩‍💻 שלום');
  });
});

describe('plainLine', () => {
  /** What VS Code makes links of in a notification or a status item. */
  const link = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+/i;

  it.each([
    '[click](command:workbench.action.quit)',
    '[a]\u202E(command:x)',
    '[a]\u0000(https://example.org)',
    '[[a]](file:///etc/passwd "title")',
    '[$](command:x)',
    '[a]\n(command:x)',
  ])('leaves no link in %j', (text) => {
    expect(plainLine(text)).not.toMatch(link);
  });

  it('leaves no icon', () => {
    expect(plainLine('$(error) and $$(trash)')).toBe('$ (error) and $$ (trash)');
  });

  it('leaves other text as it is', () => {
    const text = 'could not read /a/b (1).json: unexpected “]” at 3:4 [see the log]';
    expect(plainLine(` ${text}\n`)).toBe(text);
  });

  it('is bounded and cuts no character in two', () => {
    expect(plainLine('x'.repeat(10_000))).toHaveLength(600);
    expect(plainLine('x'.repeat(9), 9)).toBe('x'.repeat(9));
    expect(plainLine('ab😀cd', 4)).toBe('ab…');
  });
});
