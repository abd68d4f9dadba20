/** Pickles put together opcode by opcode (names as in Python's pickletools), as attackers do. */

export type Pickle = Uint8Array;

const bytes = (...values: number[]): Pickle => Uint8Array.from(values);
const letters = (text: string): Pickle => Buffer.from(text, 'latin1');

export const join = (...parts: readonly Pickle[]): Pickle => Buffer.concat(parts);
export const repeat = (part: Pickle, times: number): Pickle =>
  Buffer.concat(new Array<Pickle>(times).fill(part));

export const proto2 = bytes(0x80, 2);
export const mark = letters('(');
export const stop = letters('.');
export const none = letters('N');
export const emptyList = letters(']');
export const emptyDict = letters('}');
export const tuple = letters('t');
export const tuple1 = bytes(0x85);
export const reduce = letters('R');
export const appends = letters('e');
export const append = letters('a');
export const setItem = letters('s');
export const setItems = letters('u');
export const build = letters('b');
export const pop = letters('0');
export const duplicate = letters('2');
export const persistentId = letters('Q');
export const frozenSet = bytes(0x91);

export const global = (module: string, name: string): Pickle => letters(`c${module}\n${name}\n`);
export const put = (index: number): Pickle => join(letters('q'), bytes(index));
export const get = (index: number): Pickle => join(letters('h'), bytes(index));
export const small = (value: number): Pickle => join(letters('M'), bytes(value & 255, value >> 8));

export function text(value: string): Pickle {
  const encoded = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(encoded.length);
  return join(letters('X'), length, encoded);
}

/** What makes Python call a function of the system. */
export const command = (canary: string): Pickle =>
  join(global('posix', 'system'), mark, text(`touch ${canary}`), tuple, reduce);

/** Lists of two of the one before, `levels` deep: 2^levels values if they were followed. */
export function doubling(levels: number): Pickle {
  const parts = [emptyList, put(0)];
  for (let level = 1; level <= levels; level++)
    parts.push(pop, emptyList, mark, get(level - 1), get(level - 1), appends, put(level));
  return join(...parts);
}

/** A list that holds itself. */
export const circle = join(emptyList, put(0), get(0), append);

/** Lists in lists. */
export const deep = (levels: number): Pickle => join(repeat(emptyList, levels), repeat(append, levels - 1));

/** A dict of many entries, and copies of it that are thrown away. */
export function copies(entries: number, times: number): Pickle {
  const content = Array.from({ length: entries }, (_, i) => join(small(i), none));
  const copy = join(get(1), get(0), tuple1, reduce, pop);
  return join(
    global('collections', 'OrderedDict'),
    put(1),
    pop,
    emptyDict,
    put(0),
    mark,
    ...content,
    setItems,
    repeat(copy, times),
  );
}
