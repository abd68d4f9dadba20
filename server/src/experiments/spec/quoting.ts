/** Texts as YAML writes them in quotes. */
import type { Fix } from './problems';

/** A text as a double-quoted YAML scalar on one line. JSON's strings are YAML's. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** `value: >= 0.8` begins a block of text in YAML: says so, and offers the quotes. Null when no such line is at the offset. */
export function quotedBound(
  text: string,
  offset: number,
): { readonly message: string; readonly fixes: readonly Fix[] } | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart).split(/\r?\n/, 1)[0]!;
  const match = /^(.*?:\s+)(>=?\s*[-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(?:#.*|[,}].*)?$/.exec(line);
  if (!match) return null;
  const start = lineStart + match[1]!.length;
  const bare = match[2]!;
  return {
    message: `In YAML an unquoted > begins a block of text: write the bound in quotes, '${bare}'.`,
    fixes: [
      { title: 'Put the bound in quotes', edits: [{ start, end: start + bare.length, text: `'${bare}'` }] },
    ],
  };
}
