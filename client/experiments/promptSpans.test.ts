import { describe, expect, it } from 'vitest';
import { between, promptAround, promptBefore, promptEnd, tokenPlace } from './promptSpans';
import type { CursorSelection } from './promptSpans';
import type { Lines } from './selectedPrompts';

const LINES = ['Once upon a time.', '', 'John was there.', 'Then John gave a drink to Mary. '];
const TEXT: Lines = { lineCount: LINES.length, lineAt: (line) => ({ text: LINES[line]! }) };

const at = (line: number, character: number) => ({ line, character });

/** From the anchor to the cursor. */
function selected(anchor: ReturnType<typeof at>, active = anchor): CursorSelection {
  const forward = anchor.line < active.line || anchor.character <= active.character;
  return forward ? { start: anchor, end: active, active } : { start: active, end: anchor, active };
}

const WORD = selected(at(3, 10), at(3, 14));
const PASSAGE = selected(at(3, 5), at(3, 25));

describe('the end of a prompt about a token in it', () => {
  const end = at(3, 31);
  const line = { start: at(2, 0), end };
  const beforeMary = at(3, 'Then John gave a drink to'.length);

  it('is before the last word of a whole sentence', () => {
    expect(promptEnd(TEXT, line, at(3, 9))).toEqual(beforeMary);
    expect(promptEnd(TEXT, line, beforeMary)).toEqual(beforeMary);
  });

  it('is that of the text when the token is of that word or behind it', () => {
    expect(promptEnd(TEXT, line, at(3, 30))).toEqual(end);
    expect(promptEnd(TEXT, line, end)).toEqual(end);
  });

  it('is that of the text when something follows in its line, or it is no whole sentence', () => {
    expect(promptEnd(TEXT, { start: at(3, 0), end: at(3, 22) }, at(3, 9))).toEqual(at(3, 22));
    const text: Lines = { lineCount: 1, lineAt: () => ({ text: 'He is. And she is' }) };
    expect(promptEnd(text, { start: at(0, 0), end: at(0, 6) }, at(0, 2))).toEqual(at(0, 6));
    expect(promptEnd(text, { start: at(0, 0), end: at(0, 17) }, at(0, 2))).toEqual(at(0, 17));
  });

  it('is that of the text when a selection reaches to the start of the next line', () => {
    const behind = at(1, 0);
    expect(promptEnd(TEXT, { start: at(0, 0), end: behind }, at(0, 4))).toEqual(behind);
  });
});

describe('the prompt that goes on after the cursor', () => {
  const wholeLine = { end: at(3, LINES[3]!.length - 1) };

  it('is the paragraph to the end of the line, but for white space there', () => {
    const here = selected(at(3, 12));
    expect(promptAround(TEXT, here, 'file')).toEqual({ start: at(2, 0), ...wholeLine, at: at(3, 12) });
    expect(promptAround(TEXT, here, 'line')).toEqual({ start: at(3, 0), ...wholeLine, at: at(3, 12) });
  });

  it('is not cut by a selected word', () => {
    expect(promptAround(TEXT, WORD, 'file')).toEqual({ start: at(2, 0), ...wholeLine, at: at(3, 14) });
  });

  it('is the selected passage, with the cursor at either end of it', () => {
    const { start, end } = PASSAGE;
    expect(promptAround(TEXT, PASSAGE, 'file')).toEqual({ start, end, at: at(3, 24) });
    expect(promptAround(TEXT, selected(end, start), 'file')).toEqual({ start, end, at: start });
  });

  it('has its last character for the cursor at the end of the line', () => {
    expect(promptAround(TEXT, selected(at(3, LINES[3]!.length)), 'line').at).toEqual(at(3, 30));
    expect(promptAround(TEXT, selected(at(1, 0)), 'line')).toEqual({
      start: at(1, 0),
      end: at(1, 0),
      at: at(1, 0),
    });
  });
});

describe('the prompt before a token', () => {
  const mary = at(3, LINES[3]!.indexOf(' Mary'));

  it('begins with its paragraph or its line', () => {
    expect(promptBefore(TEXT, selected(at(3, 28)), mary, 'paragraph')).toEqual(at(2, 0));
    expect(promptBefore(TEXT, selected(at(3, 28)), mary, 'line')).toEqual(at(3, 0));
  });

  it('begins with a selected passage that reaches back before it', () => {
    expect(promptBefore(TEXT, PASSAGE, mary, 'file')).toEqual(at(3, 5));
    expect(promptBefore(TEXT, selected(at(3, 27), at(3, 31)), mary, 'file')).toEqual(at(2, 0));
    const behind = selected(at(3, 31), mary);
    expect(promptBefore(TEXT, behind, mary, 'file')).toEqual(at(2, 0));
  });

  it('is the text between, or nothing', () => {
    expect(between(TEXT, at(2, 0), mary)).toBe('John was there.\nThen John gave a drink to');
    expect(between(TEXT, mary, mary)).toBe('');
    expect(between(TEXT, mary, at(2, 0))).toBe('');
  });
});

describe('the place of the token at the cursor', () => {
  it('is the cursor, or the last character of its line for one behind it', () => {
    expect(tokenPlace(TEXT, at(3, 4))).toEqual(at(3, 4));
    expect(tokenPlace(TEXT, at(0, 17))).toEqual(at(0, 16));
    expect(tokenPlace(TEXT, at(1, 0))).toEqual(at(1, 0));
  });
});
