/** Between tokens of a graph's prompt and places in the text that it was taken from. Pure. */
import type { GraphSnapshot } from '../../protocol/graphs';
import type { Position, Span } from '../../protocol/method';
import { tokenSpans } from '../heatmap/tokenSpans';

/** What is known of a prompt. */
export type PromptTokens = Pick<GraphSnapshot, 'prompt' | 'tokens' | 'spans'>;

/** Where each token stands in the prompt, in UTF-16 units; null for those that are not of the text. */
export function spansOf({ prompt, tokens, spans }: PromptTokens): readonly (Span | null)[] {
  if (spans.length === tokens.length) return spans.map((span) => span && { start: span[0], end: span[1] });
  return tokenSpans(
    prompt,
    tokens.map((text) => ({ id: 0, text })),
  );
}

/** The token in which an offset of the prompt stands, the last one behind its end; null before the first of the text. */
export function tokenAtOffset(graph: PromptTokens, offset: number): number | null {
  const spans = spansOf(graph);
  if (offset >= graph.prompt.length) {
    const last = spans.findLastIndex((span) => span !== null);
    return last < 0 ? null : last;
  }
  const found = spans.findIndex((span) => span !== null && span.start <= offset && offset < span.end);
  return found < 0 ? null : found;
}

/** The place of an offset of a prompt that begins at `start`, whatever ends the lines of the document. */
export function placeOf(start: Position, prompt: string, offset: number): Position {
  const lines = prompt.slice(0, offset).split('\n');
  const last = lines.at(-1)!.length;
  if (lines.length === 1) return { line: start.line, character: start.character + last };
  return { line: start.line + lines.length - 1, character: last };
}

/** The offset of a place in a prompt that begins at `start`; null when it is outside, its end counting as inside. */
export function offsetOf(start: Position, prompt: string, { line, character }: Position): number | null {
  const lines = prompt.split('\n');
  const row = line - start.line;
  const text = lines[row];
  if (text === undefined) return null;
  const column = row === 0 ? character - start.character : character;
  if (column < 0 || column > text.length) return null;
  const before = lines.slice(0, row).reduce((sum, { length }) => sum + length + 1, 0);
  return before + column;
}
