/**
 * Changing members of an object in JSON text. Everything else stays as it was written, to the character: numbers that JavaScript
 * cannot hold, their notation, the order of keys, white space.
 */

/**
 * A member's new value.
 * @param old its text; undefined when there is no such member
 * @param margin how far the member is indented; null when members stand on one line
 * @returns JSON text; undefined removes the member
 */
export type MemberEdit = (old: string | undefined, margin: string | null) => string | undefined;

interface Member {
  readonly key: string;
  /** What stands before the value: white space, the key, a colon. */
  readonly lead: string;
  readonly value: string;
  /** White space before the comma or the bracket. */
  readonly trail: string;
}

interface ObjectText {
  readonly before: string;
  readonly members: readonly Member[];
  readonly after: string;
}

/**
 * The text of an object with some members edited; new ones come last.
 * @param text valid JSON of an object
 */
export function withMembers(text: string, edits: ReadonlyMap<string, MemberEdit>): string {
  const { before, members, after } = membersOf(text);
  const margin = marginOf(members[0]);
  const tail = members.at(-1)?.trail ?? '';
  const result = members.flatMap((member, i): Member[] => {
    const value = edits.has(member.key) ? edits.get(member.key)!(member.value, margin) : member.value;
    // The white space before the bracket stays there, whichever member is the last then.
    const trail = i === members.length - 1 ? '' : member.trail;
    return value === undefined ? [] : [{ ...member, value, trail }];
  });
  const known = new Set(members.map(({ key }) => key));
  for (const [key, edit] of edits) {
    const value = known.has(key) ? undefined : edit(undefined, margin);
    if (value === undefined) continue;
    const space = margin === null ? '' : `\n${margin}`;
    const lead = `${space}${JSON.stringify(key)}:${margin === null ? '' : ' '}`;
    result.push({ key, lead, value, trail: '' });
  }
  const written = result.map(({ lead, value, trail }) => lead + value + trail).join(',');
  return `${before}{${written}${tail}}${after}`;
}

/** A value as JSON text for an edit: indented like its surroundings. */
export function jsonAt(value: unknown, margin: string | null): string {
  if (margin === null) return JSON.stringify(value);
  const unit = margin.startsWith('\t') ? '\t' : '  ';
  return JSON.stringify(value, null, unit).replaceAll('\n', `\n${margin}`);
}

/** How the members of an object in JSON text are indented, as `JSON.stringify` takes it; '' for one line. */
export function indentation(text: string): string {
  return /^\s*\{\s*?\n([ \t]*)"/.exec(text)?.[1] ?? '';
}

function marginOf(member: Member | undefined): string | null {
  return /\n([ \t]*)"/.exec(member?.lead ?? '')?.[1] ?? null;
}

function membersOf(text: string): ObjectText {
  const open = text.indexOf('{');
  const before = text.slice(0, open);
  const members: Member[] = [];
  for (let at = open + 1; ;) {
    const keyStart = skipSpace(text, at);
    if (text[keyStart] !== '"') return { before, members, after: text.slice(keyStart + 1) };
    const keyEnd = stringEnd(text, keyStart);
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const end = skipSpace(text, valueEnd);
    members.push({
      key: JSON.parse(text.slice(keyStart, keyEnd)) as string,
      lead: text.slice(at, valueStart),
      value: text.slice(valueStart, valueEnd),
      trail: text.slice(valueEnd, end),
    });
    if (text[end] !== ',') return { before, members, after: text.slice(end + 1) };
    at = end + 1;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  return at;
}

/** Behind the closing quote of the string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return stringEnd(text, from);
  if (first === '{' || first === '[') return bracketEnd(text, from);
  let at = from;
  while (/[^\s,\]}]/.test(text[at] ?? ',')) at++;
  return at;
}

/** Behind the bracket that closes the one at `from`. By codes: this reads a hundred megabytes. */
function bracketEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at) - 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if ((code === CLOSE_LIST || code === CLOSE_OBJECT) && --depth === 0) return at + 1;
  }
}

const [QUOTE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d];
