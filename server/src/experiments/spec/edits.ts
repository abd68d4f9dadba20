/** Quick fixes that add to a file. */
import type { Path } from './place';
import type { Fix, TextChange } from './problems';
import type { ReadExperiment } from './readSpec';

/** Sets a key of the whole file: replaces its value, or writes it before what follows `after`. Null in a file in one pair of braces. */
export function setKey(
  { text, places }: Pick<ReadExperiment, 'text' | 'places'>,
  key: string,
  value: string,
  after: string,
): Fix | null {
  const title = `Set ${key}: ${value}`;
  const there = places.at([key]);
  if (there) return { title, edits: [{ ...there.value, text: value }] };
  const start = places.at([after])?.key?.start;
  if (start === undefined || !beginsLine(text, start)) return null;
  return { title, edits: [inserted(text, nextKey(places, start), `${key}: ${value}`)] };
}

function nextKey(places: ReadExperiment['places'], start: number): number | null {
  const keys = [...places.all()].flatMap(({ path, key }) => (isTop(path) && key ? [key.start] : []));
  const later = keys.filter((offset) => offset > start);
  return later.length > 0 ? Math.min(...later) : null;
}

function isTop(path: Path): boolean {
  return path.length === 1;
}

function inserted(text: string, before: number | null, line: string): TextChange {
  if (before !== null) return { start: before, end: before, text: `${line}\n` };
  const isEnded = text.endsWith('\n');
  return { start: text.length, end: text.length, text: `${isEnded ? '' : '\n'}${line}\n` };
}

function beginsLine(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === '\n' || text[offset - 1] === '\uFEFF';
}
