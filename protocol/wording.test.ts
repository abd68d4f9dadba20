import { describe, expect, it } from 'vitest';
import type { FeatureLabel } from './features';
import {
  claimedLabel,
  featureName,
  measured,
  oneLine,
  plainLine,
  shortDictionary,
  shortNumber,
  tokenName,
} from './wording';

describe('a label', () => {
  const feature = { dictionary: 'd', index: 7 };
  const measuredLabel: FeatureLabel = { text: 'a verb', source: 'dictionary', precision: 0.9, threshold: 2 };

  it.each([
    [1.9, '#7'],
    [2, '#7'],
    [2.1, 'a verb'],
  ])('that was measured above 2 names an activation of %d %s', (activation, name) => {
    expect(featureName({ feature, label: measuredLabel, activation })).toBe(name);
  });
  it('is claimed where no activation is shown, and where none was measured', () => {
    expect(featureName({ feature, label: measuredLabel })).toBe('a verb');
    expect(featureName({ feature, label: { text: 'x', source: 'dictionary' }, activation: 0.1 })).toBe('x');
    expect(claimedLabel({ feature, label: null })).toBeNull();
  });
  it("of the user's own always holds", () => {
    const label: FeatureLabel = { text: 'mine', source: 'own', threshold: 2 };
    expect(featureName({ feature, label, activation: 0.1 })).toBe('mine');
  });
});

describe('shortDictionary', () => {
  it.each([
    ['blocks.2.hook_resid_post', '2.resid_post'],
    ['blocks.1.attn.hook_z', '1.attn.z'],
    ['publisher/blocks.0.mlp.transcoder', '0.mlp.transcoder'],
    ['mine', 'mine'],
  ])('of %s is %s', (id, short) => {
    expect(shortDictionary(id)).toBe(short);
  });
});

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
