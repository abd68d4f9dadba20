/** What is one context to the model: the whole text, a paragraph or a line. Spans are half-open, in UTF-16 units. */
import type { Span } from '../../../protocol/method';
import type { ContextUnit } from '../../../protocol/settings';

/**
 * The contexts that share a unit with `span`, ascending. Blank lines belong to no context; a paragraph is a run of lines that
 * are not blank, and neither a paragraph nor a line holds its last line break. Text outside the span is looked at only as far
 * as the contexts reach.
 */
export function contextsIn(text: string, span: Span, unit: ContextUnit): Span[] {
  if (unit === 'file') return text === '' ? [] : [{ start: 0, end: text.length }];
  const found: Span[] = [];
  let at = unit === 'line' ? lineStart(text, span.start) : paragraphStart(text, span.start);
  while (at < text.length && at < span.end) {
    const blank = isBlank(text, at);
    const end = blank || unit === 'line' ? lineEnd(text, at) : paragraphEnd(text, at);
    if (!blank && end >= span.start) found.push({ start: at, end });
    at = nextLine(text, end);
  }
  return found;
}

/** Where the line of an offset starts. */
function lineStart(text: string, offset: number): number {
  if (offset <= 0) return 0;
  // Between the two halves of a CRLF one is still on the line that they end.
  const from = text[offset - 1] === '\r' && text[offset] === '\n' ? offset - 2 : offset - 1;
  for (let at = from; at >= 0; at--) if (isBreak(text.charCodeAt(at))) return at + 1;
  return 0;
}

/** Where the line that starts at an offset ends, its line break excluded. */
function lineEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
  return at;
}

/** Where the line after the one that ends at `end` starts; past the text when there is none. */
function nextLine(text: string, end: number): number {
  if (end >= text.length) return text.length + 1;
  return text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
}

function isBlank(text: string, start: number): boolean {
  for (let at = start; at < text.length && !isBreak(text.charCodeAt(at)); at++) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x09) return false;
  }
  return true;
}

function paragraphStart(text: string, offset: number): number {
  let start = lineStart(text, offset);
  if (isBlank(text, start)) return start;
  while (start > 0) {
    const previous = lineStart(text, start - 1);
    if (isBlank(text, previous)) return start;
    start = previous;
  }
  return 0;
}

/** The end of the paragraph that starts here, its last line break excluded. */
function paragraphEnd(text: string, start: number): number {
  let end = lineEnd(text, start);
  for (;;) {
    const next = nextLine(text, end);
    if (next >= text.length || isBlank(text, next)) return end;
    end = lineEnd(text, next);
  }
}

function isBreak(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d;
}
