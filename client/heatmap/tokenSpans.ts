/** Where a prompt's tokens stand in its text. Pure. */
import type { TokenText } from '../../protocol/features';
import type { Span } from '../../protocol/method';

/** A token's bytes that are no character on their own. */
const FRAGMENT = '\uFFFD';

/**
 * The span of each token in the prompt's text, in UTF-16 units. Tokens that the model was given besides the text (BOS)
 * have none. Tokens that share characters share the span of all of those.
 */
export function tokenSpans(text: string, tokens: readonly TokenText[]): readonly (Span | null)[] {
  const spans: (Span | null)[] = [];
  let at = 0;
  while (spans.length < tokens.length) {
    const token = tokens[spans.length]!.text;
    if (token.includes(FRAGMENT) && !text.startsWith(token, at)) {
      const count = fragmentsFrom(tokens, spans.length);
      const next = tokens[spans.length + count]?.text;
      const end = next === undefined ? text.length : text.indexOf(next, at);
      const span = end < at ? null : { start: at, end };
      for (let i = 0; i < count; i++) spans.push(span);
      at = span?.end ?? at;
    } else if (token !== '' && text.startsWith(token, at)) {
      spans.push({ start: at, end: at + token.length });
      at += token.length;
    } else {
      spans.push(null);
    }
  }
  return spans;
}

function fragmentsFrom(tokens: readonly TokenText[], first: number): number {
  const whole = tokens.findIndex(({ text }, i) => i > first && !text.includes(FRAGMENT));
  return (whole < 0 ? tokens.length : whole) - first;
}

/** Where a prompt, or a part of it, stands in a document's text. */
export interface PromptPlace {
  /** UTF-16 offset in the document of a UTF-16 offset in the prompt. */
  offsetOf: (inPrompt: number) => number;
}

/** Finds the prompt as it is, or as it is written between double quotes in an experiment file. */
export function findPrompt(document: string, prompt: string): PromptPlace | undefined {
  if (prompt === '') return undefined;
  const plain = document.indexOf(prompt);
  if (plain >= 0) return { offsetOf: (inPrompt) => plain + inPrompt };
  const quoted = document.indexOf(`"${escaped(prompt)}"`);
  if (quoted < 0) return undefined;
  return { offsetOf: (inPrompt) => quoted + 1 + escaped(prompt.slice(0, inPrompt)).length };
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
