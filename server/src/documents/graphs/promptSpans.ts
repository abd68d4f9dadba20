/** Where the tokens of a graph's prompt stand in its text. */

/**
 * UTF-16 offsets, null for tokens before the text (BOS); empty when the tokens do not make up the text, as where parts of a
 * character are tokens of their own.
 */
export function promptSpans(
  prompt: string,
  tokens: readonly string[],
): readonly (readonly [number, number] | null)[] {
  let at = 0;
  const spans = tokens.map((token, position) => {
    if (prompt.startsWith(token, at)) return [at, (at += token.length)] as const;
    return position === 0 ? null : undefined;
  });
  const isWhole = at === prompt.length && spans.every((span) => span !== undefined);
  return isWhole ? spans : [];
}
