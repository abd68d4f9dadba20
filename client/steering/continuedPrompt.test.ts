import { describe, expect, it } from 'vitest';
import type { ContextUnit } from '../../protocol/settings';
import { continuedPrompt } from './continuedPrompt';

const TEXT = ['Once upon a time', 'there was a king.', '', 'He had a drink ', '  and slept.', ''];
const lines = { lineCount: TEXT.length, lineAt: (line: number) => ({ text: TEXT[line] ?? '' }) };

type At = readonly [number, number];

function at([line, character]: At, from: At = [line, character], unit: ContextUnit = 'paragraph') {
  const active = { line, character };
  const start = { line: from[0], character: from[1] };
  return continuedPrompt(lines, { active, start, end: active }, unit);
}

describe('the prompt to continue', () => {
  it('is what stands before the cursor in its paragraph or line', () => {
    expect(at([1, 9])).toEqual({
      prompt: 'Once upon a time\nthere was',
      start: { line: 0, character: 0 },
      end: { line: 1, character: 9 },
    });
    expect(at([1, 9], [1, 9], 'line')?.prompt).toBe('there was');
  });

  it('goes on to the end of the word that the cursor is in', () => {
    expect(at([1, 7])?.prompt).toBe('Once upon a time\nthere was');
    expect(at([1, 6])).toMatchObject({ prompt: 'Once upon a time\nthere', end: { line: 1, character: 5 } });
  });

  it('leaves out white space at its end, over lines too', () => {
    expect(at([3, 15])).toMatchObject({ prompt: 'He had a drink', end: { line: 3, character: 14 } });
    expect(at([4, 1])).toMatchObject({ prompt: 'He had a drink', end: { line: 3, character: 14 } });
  });

  it('is a selected passage, but no selected word', () => {
    expect(at([1, 9], [0, 5])).toEqual({
      prompt: 'upon a time\nthere was',
      start: { line: 0, character: 5 },
      end: { line: 1, character: 9 },
    });
    expect(at([0, 9], [0, 5])?.prompt).toBe('Once upon');
  });

  it('begins behind the line breaks that were selected before it', () => {
    expect(at([3, 6], [1, 17])).toMatchObject({
      prompt: 'He had',
      start: { line: 3, character: 0 },
    });
  });

  it('is the line where nothing stands before the cursor', () => {
    expect(at([3, 0])).toMatchObject({ prompt: 'He had a drink', end: { line: 3, character: 14 } });
  });

  it('is the paragraph before an empty line', () => {
    expect(at([2, 0])?.end).toEqual({ line: 1, character: 17 });
    expect(at([5, 0])?.prompt).toBe('He had a drink \n  and slept.');
  });

  it('is nothing where there is no text', () => {
    const cursor = { line: 0, character: 0 };
    const empty = { lineCount: 1, lineAt: () => ({ text: '  ' }) };
    expect(continuedPrompt(empty, { active: cursor, start: cursor, end: cursor }, 'file')).toBeNull();
  });
});
