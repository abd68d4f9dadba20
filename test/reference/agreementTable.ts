/** The table of docs/models.md that says how far the engine was from the reference, written by the tests that measure it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FamilyFixture } from './familyFixtures';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'models.md');
const BEGIN = '<!-- agreement: written by test/reference/families.test.ts -->';
const END = '<!-- end of agreement -->';

/** Worst errors of one fixture, by what was asked. */
export interface Agreement {
  run?: number;
  gradient?: number;
  patch?: number;
}

const ASKED = ['run', 'gradient', 'patch'] as const;
/** A figure stays while what is measured lies between a third of it and it, so that other machines write the same file. */
const SLACK = 3;

/** The figures in the file, by fixture; -1 for what is not asked there. */
export function documentedAgreement(): ReadonlyMap<string, readonly number[]> {
  const rows = partsOf(readFileSync(FILE, 'utf8')).table.split('\n');
  const found = new Map<string, readonly number[]>();
  for (const row of rows) {
    const [, name, , , ...figures] = row.split('|').map((cell) => cell.trim());
    if (name?.startsWith('`')) {
      found.set(
        name.slice(1, -1),
        figures.slice(0, ASKED.length).map((text) => (text === '' ? -1 : Number(text))),
      );
    }
  }
  return found;
}

/** Writes the rows of all fixtures; those that were not measured this time keep what the file says of them. */
export function writeAgreement(
  fixtures: readonly FamilyFixture[],
  measured: ReadonlyMap<string, Agreement>,
): void {
  const text = readFileSync(FILE, 'utf8');
  const documented = documentedAgreement();
  const rows = (written: boolean) =>
    fixtures
      .filter((fixture) => (fixture.written !== undefined) === written)
      .map((fixture) => rowOf(fixture, documented.get(fixture.name), measured.get(fixture.name)));
  const head = (first: string) => [
    `| ${first} | family | what is particular | run | gradient | patch |`,
    '|---|---|---|---|---|---|',
  ];
  const table = [...head('checkpoint'), ...rows(false), '', ...head('written otherwise'), ...rows(true)];
  const { before, after } = partsOf(text);
  const next = `${before}\n\n${table.join('\n')}\n\n${after}`;
  if (next !== text) writeFileSync(FILE, next);
}

function partsOf(text: string): { before: string; table: string; after: string } {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} lacks the markers of its table`);
  const start = begin + BEGIN.length;
  return { before: text.slice(0, start), table: text.slice(start, end), after: text.slice(end) };
}

function rowOf(
  { name, family, description }: FamilyFixture,
  documented: readonly number[] | undefined,
  measured: Agreement | undefined,
): string {
  const figures = ASKED.map((asked, i) => figureOf(documented?.[i] ?? -1, measured?.[asked]));
  return `| \`${name}\` | ${family} | ${description} | ${figures.join(' | ')} |`;
}

function figureOf(documented: number, measured: number | undefined): string {
  if (measured === undefined) return documented < 0 ? '' : documented.toExponential();
  const holds = measured <= documented && measured > documented / SLACK;
  return (holds ? documented : roundedUp(measured)).toExponential();
}

/** To one significant digit, and no less than a ten-millionth, about the step of float32. */
function roundedUp(value: number): number {
  const least = Math.max(value, 1e-7);
  const unit = 10 ** Math.floor(Math.log10(least));
  return Number((Math.ceil(least / unit - 1e-9) * unit).toPrecision(1));
}
