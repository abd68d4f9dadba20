/** Where the parts of a JSON text stand, so that one can be changed without writing the others anew. */

export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

export interface JsonSpans {
  /** Every value, at any depth. */
  readonly values: readonly JsonSpan[];
  /** Every key with its quotes. */
  readonly keys: readonly JsonSpan[];
  /** Every member (key and value) and element, without the comma. */
  readonly entries: readonly JsonSpan[];
}

/** @param json a text that `JSON.parse` takes */
export function jsonSpans(json: string): JsonSpans {
  const values: JsonSpan[] = [];
  const keys: JsonSpan[] = [];
  const entries: JsonSpan[] = [];
  let at = 0;

  const skipSpace = (): void => {
    while (' \t\r\n'.includes(json[at] ?? 'x')) at++;
  };
  const text = (): JsonSpan => {
    const start = at++;
    while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
    return { start, end: ++at };
  };
  const value = (): void => {
    skipSpace();
    const start = at;
    if (json[at] === '"') text();
    else if (json[at] === '{' || json[at] === '[') container(json[at] === '{');
    else while (/[^\s,\]}]/.test(json[at] ?? ',')) at++;
    values.push({ start, end: at });
    skipSpace();
  };
  const container = (isObject: boolean): void => {
    at++;
    skipSpace();
    while (json[at] !== '}' && json[at] !== ']') {
      const start = at;
      if (isObject) {
        keys.push(text());
        skipSpace();
        at++;
      }
      value();
      entries.push({ start, end: at });
      if (json[at] === ',') at++;
      skipSpace();
    }
    at++;
  };

  value();
  return { values, keys, entries };
}
