import { describe, expect, it } from 'vitest';
import { paragraphStart, promptsOf, selectedText } from './selectedPrompts';
import type { Lines, Selected } from './selectedPrompts';

const FIRST = 'When Mary and John went to the store, John gave a drink to';
const SECOND = 'When Mary and John went to the store, Mary gave a drink to';

function lines(...all: string[]): Lines {
  return { lineCount: all.length, lineAt: (line) => ({ text: all[line]! }) };
}

function from(line: number, character: number, toLine = line, toCharacter = character): Selected {
  return { start: { line, character }, end: { line: toLine, character: toCharacter } };
}

describe('the prompts of a selection', () => {
  it('are the two selections, in the order of the text', () => {
    const text = lines(`a ${FIRST}`, `b ${SECOND}`);
    const second = from(1, 2, 1, 2 + SECOND.length);
    const first = from(0, 2, 0, 2 + FIRST.length);
    expect(promptsOf(text, [second, first])).toEqual({ clean: FIRST, corrupt: SECOND });
  });

  it('keep white space that was selected, since it makes other tokens', () => {
    const text = lines('The capital of France is ', 'x');
    expect(promptsOf(text, [from(0, 0, 0, 25)]).clean).toBe('The capital of France is ');
  });

  it('are the two lines of one selection, blank lines aside, without their indentation', () => {
    const text = lines(`  ${FIRST}`, '', SECOND, '');
    expect(promptsOf(text, [from(0, 0, 3, 0)])).toEqual({ clean: FIRST, corrupt: SECOND });
  });

  it('are one prompt when a selection has any other number of lines', () => {
    const text = lines('one', 'two', 'three');
    expect(promptsOf(text, [from(0, 0, 2, 5)])).toEqual({ clean: 'one\ntwo\nthree', corrupt: null });
    expect(promptsOf(text, [from(0, 1, 0, 3)])).toEqual({ clean: 'ne', corrupt: null });
  });

  it('are the line at the cursor and the next that is not blank', () => {
    const text = lines('', FIRST, '   ', SECOND, 'more');
    expect(promptsOf(text, [from(1, 7)])).toEqual({ clean: FIRST, corrupt: SECOND });
    expect(promptsOf(text, [from(0, 0)])).toEqual({ clean: FIRST, corrupt: SECOND });
  });

  it('are the lines of two cursors', () => {
    const text = lines(FIRST, 'between', SECOND);
    expect(promptsOf(text, [from(2, 3), from(0, 1)])).toEqual({ clean: FIRST, corrupt: SECOND });
  });

  it('are missing where there is no text', () => {
    expect(promptsOf(lines(''), [from(0, 0)])).toEqual({ clean: null, corrupt: null });
    expect(promptsOf(lines(FIRST), [from(0, 3)])).toEqual({ clean: FIRST, corrupt: null });
    expect(promptsOf(lines(FIRST), [])).toEqual({ clean: FIRST, corrupt: null });
    expect(promptsOf(lines('a  b', FIRST), [from(0, 1, 0, 3), from(1, 0, 1, 4)])).toEqual({
      clean: 'When',
      corrupt: null,
    });
  });
});

describe('the text of a range', () => {
  it('joins its lines and drops the line breaks at its ends', () => {
    const text = lines('zero', 'one', 'two');
    expect(selectedText(text, from(0, 2, 2, 2))).toBe('ro\none\ntw');
    expect(selectedText(text, from(0, 4, 2, 0))).toBe('one');
  });
});

describe('the paragraph of a line', () => {
  it('begins after the last blank line', () => {
    const text = lines('one', ' ', 'two', 'three');
    expect(paragraphStart(text, 3)).toBe(2);
    expect(paragraphStart(text, 0)).toBe(0);
  });
});
