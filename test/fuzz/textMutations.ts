/** Damage to text in lines: YAML, lists of merges. */
import type { Random } from './random';

type Edit = (lines: string[], donor: readonly string[], words: readonly string[], random: Random) => void;

const SIGNS = [
  ' ',
  '\t',
  '\r',
  '\0',
  '\ufeff',
  '\u2028',
  '\ud800',
  '"',
  "'",
  ':',
  '#',
  '-',
  '0',
  'é',
  '\u202e',
];

const EDITS: readonly Edit[] = [
  // A word of the format or any sign, anywhere.
  (lines, _, words, random) => {
    changeLine(
      lines,
      random,
      (line, at) => line.slice(0, at) + random.pick([...words, ...words, ...SIGNS]) + line.slice(at),
    );
  },
  (lines, _, words, random) => {
    changeLine(lines, random, (line, at) => line.slice(0, at) + random.pick([...words, ...SIGNS]));
  },
  (lines, _, __, random) => {
    lines.splice(random.below(lines.length), 1 + random.below(3));
  },
  (lines, donor, __, random) => {
    lines.splice(random.below(lines.length), random.below(2), random.pick(donor));
  },
  // Another indentation.
  (lines, _, __, random) => {
    changeLine(lines, random, (line) => ' '.repeat(random.below(12)) + line.trimStart());
  },
  (lines, _, __, random) => {
    const line = random.pick(lines);
    lines.splice(random.below(lines.length), 0, ...new Array<string>(random.once(8) ? 100 : 2).fill(line));
  },
  // A value that is something else.
  (lines, _, words, random) => {
    changeLine(lines, random, (line) =>
      line.replace(/:\s.*$/, () => `: ${random.pick([...words, '1e999', '-1', '0', '""', '[]'])}`),
    );
  },
];

/** One to four edits. @param words of the format */
export function mutateText(text: string, donor: string, words: readonly string[], random: Random): string {
  const lines = text.split('\n');
  const others = donor.split('\n');
  for (let edits = random.fewer(4); edits > 0; edits--) random.pick(EDITS)(lines, others, words, random);
  return lines.join('\n');
}

function changeLine(lines: string[], random: Random, change: (line: string, at: number) => string): void {
  const index = random.below(lines.length);
  const line = lines[index];
  if (line !== undefined) lines[index] = change(line, random.below(line.length + 1));
}
