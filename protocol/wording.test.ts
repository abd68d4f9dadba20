import { describe, expect, it } from 'vitest';
import { measured, shortNumber, tokenName } from './wording';

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
