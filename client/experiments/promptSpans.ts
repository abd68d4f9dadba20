/** Which part of a text is the prompt, when a command is about a token in it. Pure. */
import type { Position } from '../../protocol/method';
import type { ContextUnit } from '../../protocol/settings';
import { lastWordOf } from './promptPair';
import { paragraphStart, selectedText } from './selectedPrompts';
import type { Lines, Selected } from './selectedPrompts';

/** A cursor with what is selected from or to it. */
export interface CursorSelection extends Selected {
  readonly active: Position;
}

/** A part of a text, and a place in it. */
export interface PromptSpan extends Selected {
  /** In the prompt: the cursor, or the last character where the cursor is behind it. */
  readonly at: Position;
}

/**
 * The prompt that goes on after the cursor: the selection; or, with none or only a word selected, the text from the
 * start of its paragraph (or line, where each is a context of its own) to the end of the cursor's line.
 */
export function promptAround(text: Lines, selection: CursorSelection, unit: ContextUnit): PromptSpan {
  const { active } = selection;
  const { start, end } = isPassage(text, selection)
    ? selection
    : { start: contextStart(text, active, unit), end: lineEnd(text, active.line) };
  if (isBefore(active, end)) return { start, end, at: isBefore(active, start) ? start : active };
  const last = { line: end.line, character: Math.max(0, end.character - 1) };
  return { start, end, at: isBefore(last, start) ? start : last };
}

/**
 * Where a prompt about a token in it ends: before the last word of a whole sentence that nothing follows in its line, so
 * that this word is what the model is asked for. At the end of the text where the token is of that word or behind it.
 * @param tokenEnd of the token that the command is about
 */
export function promptEnd(text: Lines, { start, end }: Selected, tokenEnd: Position): Position {
  if (text.lineAt(end.line).text.slice(end.character).trim() !== '') return end;
  const passage = between(text, start, end);
  const sentence = lastWordOf(passage);
  if (!sentence) return end;
  const character = end.character - (passage.length - sentence.before.length);
  const before = { line: end.line, character };
  return character < 0 || isBefore(before, tokenEnd) ? end : before;
}

/** Where the prompt that ends before a token begins: with a selection that reaches back before it, or as above. */
export function promptBefore(
  text: Lines,
  selection: CursorSelection,
  token: Position,
  unit: ContextUnit,
): Position {
  if (isPassage(text, selection) && isBefore(selection.start, token)) return selection.start;
  return contextStart(text, token, unit);
}

/** Where the token at the cursor is: behind the text of a line there is none, so that its last one is meant. */
export function tokenPlace(text: Lines, { line, character }: Position): Position {
  return { line, character: Math.max(0, Math.min(character, lineEnd(text, line).character - 1)) };
}

/** The text between two places; empty when the second is not behind the first. */
export function between(text: Lines, start: Position, end: Position): string {
  return isBefore(start, end) ? selectedText(text, { start, end }) : '';
}

/** Whether more is selected than a word, which a double click selects to say where. */
function isPassage(text: Lines, { start, end }: Selected): boolean {
  return /\s/.test(between(text, start, end).trim());
}

function contextStart(text: Lines, { line }: Position, unit: ContextUnit): Position {
  return { line: unit === 'line' ? line : paragraphStart(text, line), character: 0 };
}

function lineEnd(text: Lines, line: number): Position {
  return { line, character: text.lineAt(line).text.trimEnd().length };
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
