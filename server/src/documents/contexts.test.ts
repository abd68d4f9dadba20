import { describe, expect, it } from 'vitest';
import type { ContextUnit } from '../../../protocol/settings';
import { contextsIn } from './contexts';

const whole = (text: string, unit: ContextUnit): string[] =>
  contextsIn(text, { start: 0, end: text.length }, unit).map(({ start, end }) => text.slice(start, end));

describe('contextsIn', () => {
  it('takes the whole text as one context', () => {
    expect(whole('a\n\nb', 'file')).toEqual(['a\n\nb']);
    expect(whole('', 'file')).toEqual([]);
  });

  it('leaves out line breaks and blank lines', () => {
    const text = 'one\r\ntwo\n\n \t\nthree\rfour\n';
    expect(whole(text, 'line')).toEqual(['one', 'two', 'three', 'four']);
    expect(whole(text, 'paragraph')).toEqual(['one\r\ntwo', 'three\rfour']);
    expect(whole('\n \n', 'paragraph')).toEqual([]);
  });

  it('finds the same contexts from any span that touches them', () => {
    const text = 'a b\nc d\n\n\nsecond one\r\nand more\n\nlast';
    for (const unit of ['line', 'paragraph'] as const) {
      const all = contextsIn(text, { start: 0, end: text.length }, unit);
      for (let start = 0; start < text.length; start++) {
        for (let end = start + 1; end <= text.length; end++) {
          const touched = all.filter((context) => context.start < end && context.end >= start);
          expect(contextsIn(text, { start, end }, unit), `${unit} ${start} ${end}`).toEqual(touched);
        }
      }
    }
  });
});
