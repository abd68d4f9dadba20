import { describe, expect, it } from 'vitest';
import { boxLines } from './sizes';

const font = { family: 'sans-serif', size: 13 };
const measure = (text: string) => Array.from(text).length * 7;
const room = 158;

describe('boxLines', () => {
  it('breaks names between words', () => {
    const { name, size } = boxLines(
      { name: 'say big or huge or very large things', detail: 'L3' },
      font,
      measure,
    );
    expect(name).toEqual(['say big or huge or', 'very large things']);
    expect(size.width).toBeLessThanOrEqual(176);
    expect(size.height).toBe(3 * 17 + 12);
  });

  it('breaks long words, never half a character, and ends what does not fit in an ellipsis', () => {
    const { name } = boxLines({ name: '😀'.repeat(100), detail: '' }, font, measure);
    expect(name).toHaveLength(3);
    expect(name[0]).toBe('😀'.repeat(21));
    expect(name[2]).toMatch(/^(😀)+…$/u);
    for (const line of name) expect(measure(line)).toBeLessThanOrEqual(room);
  });

  it('ends also where not even one character fits', () => {
    const { name } = boxLines({ name: 'wide', detail: 'x' }, font, (text) => text.length * 500);
    expect(name.length).toBeLessThanOrEqual(3);
  });
});
