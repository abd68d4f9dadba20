/** The prompt that is to be continued: what is selected, or what stands before the cursor. Pure. */
import type { Position } from '../../protocol/method';
import type { ContextUnit } from '../../protocol/settings';
import { between, promptAround, promptBefore } from '../experiments/promptSpans';
import type { CursorSelection } from '../experiments/promptSpans';
import type { Lines } from '../experiments/selectedPrompts';

export interface ContinuedPrompt {
  readonly prompt: string;
  readonly start: Position;
  /** Behind its last character. */
  readonly end: Position;
}

/**
 * A selected passage; else the text from the start of the cursor's context to the cursor, to the end of the word that it is in;
 * else, with nothing before the cursor, its line. White space at the end is left out, because the next token brings its own.
 * Null where there is no text.
 */
export function continuedPrompt(
  text: Lines,
  selection: CursorSelection,
  unit: ContextUnit,
): ContinuedPrompt | null {
  const isPassage = /\s/.test(between(text, selection.start, selection.end).trim());
  const end = isPassage ? selection.end : wordEnd(text, selection.active);
  const found = withoutSpaceBehind(text, promptBefore(text, selection, end, unit), end);
  if (found) return found;
  const line = promptAround(text, selection, unit);
  return withoutSpaceBehind(text, line.start, line.end);
}

function withoutSpaceBehind(text: Lines, start: Position, end: Position): ContinuedPrompt | null {
  let { line, character } = end;
  const before = (): string => text.lineAt(line).text.slice(0, character).trimEnd();
  while (line > start.line && before() === '') character = text.lineAt(--line).text.length;
  const trimmed = { line, character: before().length };
  const prompt = between(text, start, trimmed);
  return prompt.trim() === '' ? null : { prompt, start: behindLineBreaks(text, start), end: trimmed };
}

/** Line breaks at its beginning are not of the prompt. */
function behindLineBreaks(text: Lines, start: Position): Position {
  let { line, character } = start;
  while (text.lineAt(line).text.slice(character) === '') [line, character] = [line + 1, 0];
  return { line, character };
}

function wordEnd(text: Lines, { line, character }: Position): Position {
  const { text: whole } = text.lineAt(line);
  const isInWord = /[\p{L}\p{N}]$/u.test(whole.slice(0, character));
  const rest = isInWord ? /^[\p{L}\p{N}]*/u.exec(whole.slice(character))![0] : '';
  return { line, character: character + rest.length };
}
