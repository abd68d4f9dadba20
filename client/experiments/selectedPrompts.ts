/**
 * Which prompts a command is about: two selections, a selection over two lines, or the line at the cursor and the next.
 * Pure; a `vscode.TextDocument` and its selections fit the types.
 */
import type { Position } from '../../protocol/method';

/** A text by its lines. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

export interface Selected {
  readonly start: Position;
  readonly end: Position;
}

/** What was found. Without a clean prompt there is no corrupted one. */
export interface FoundPrompts {
  readonly clean: string | null;
  readonly corrupt: string | null;
}

/**
 * The first is taken as the clean prompt, in the order of the text and not of the clicks.
 * @param selections may be empty ones (cursors)
 */
export function promptsOf(text: Lines, selections: readonly Selected[]): FoundPrompts {
  const ordered = [...selections].sort(
    (a, b) => a.start.line - b.start.line || a.start.character - b.start.character,
  );
  const chosen = ordered.filter((selection) => !isEmpty(selection));
  if (chosen.length > 1) return firstTwo(chosen.map((selection) => selectedText(text, selection)));
  if (chosen.length === 1) return ofOneSelection(selectedText(text, chosen[0]!));
  if (ordered.length > 1) return firstTwo(ordered.map(({ start }) => text.lineAt(start.line).text.trim()));
  return linesAt(text, ordered[0]?.start.line ?? 0);
}

/** The text of a range, without the line breaks at its ends: other white space is kept, since it makes other tokens. */
export function selectedText(text: Lines, { start, end }: Selected): string {
  const lines: string[] = [];
  for (let line = start.line; line <= end.line; line++) {
    const whole = text.lineAt(line).text;
    const to = line === end.line ? end.character : whole.length;
    lines.push(whole.slice(line === start.line ? start.character : 0, to));
  }
  return lines.join('\n').replace(/^\n+|\n+$/g, '');
}

/** Where the paragraph of a line begins: after the blank line before it. */
export function paragraphStart(text: Lines, line: number): number {
  let first = line;
  while (first > 0 && !isBlank(text, first - 1)) first--;
  return first;
}

/** Two lines with something on them are a pair; anything else is one prompt. */
function ofOneSelection(selected: string): FoundPrompts {
  const lines = selected.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 2) return firstTwo(lines.map((line) => line.trim()));
  return firstTwo([selected]);
}

/** The first line at or after the cursor that is not blank, and the next such. */
function linesAt(text: Lines, line: number): FoundPrompts {
  const found: string[] = [];
  for (let at = line; at < text.lineCount && found.length < 2; at++)
    if (!isBlank(text, at)) found.push(text.lineAt(at).text.trim());
  return firstTwo(found);
}

function firstTwo(texts: readonly string[]): FoundPrompts {
  const [first, second] = texts.filter((text) => text.trim() !== '');
  return { clean: first ?? null, corrupt: second ?? null };
}

function isBlank(text: Lines, line: number): boolean {
  return text.lineAt(line).text.trim() === '';
}

function isEmpty({ start, end }: Selected): boolean {
  return start.line === end.line && start.character === end.character;
}
