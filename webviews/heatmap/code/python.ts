/** Values as Python writes them. Pure. */

/** A text, quoted so that nothing in it is code. */
export function pythonText(text: string): string {
  // JSON's escapes are Python's, but for surrogate pairs, which JSON.stringify leaves as characters.
  return JSON.stringify(text).replace(
    /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Numbers, texts, None and lists of them. */
export type PythonValue = number | string | null | readonly PythonValue[];

export function python(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return pythonText(value);
  if (typeof value === 'number') return String(value);
  return `[${value.map(python).join(', ')}]`;
}

/** Lines of a comment, none of which can end it. */
export function comment(text: string, width = 118): readonly string[] {
  const lines: string[] = [];
  for (const word of text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

/** Indents lines by one level. */
export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}
