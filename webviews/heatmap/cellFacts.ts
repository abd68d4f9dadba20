/** Everything that is known of one cell, for the hover, the keyboard's announcement and the table. Pure. */
import { flattened, inUnit, unitWords } from '../../protocol/normalise';
import type { LensPredictions, Nested, RunResult } from '../../protocol/experiments';
import { shortNumber } from '../../protocol/wording';
import { inertToken } from '../lib/inert';
import { placeDetail, placeWords } from './places';
import { coordinatesOf } from './plane';
import { distinctUnits, lengthsOf } from './reading';
import type { Numbers, Reading } from './reading';

export interface Fact {
  readonly words: string;
  /** Null: there is no number. */
  readonly value: number | null;
}

export interface Prediction {
  readonly token: string;
  readonly probability: number;
}

export interface CellFacts {
  /** Its coordinates in words, in the order of the axes. */
  readonly places: readonly { readonly words: string; readonly detail: string | undefined }[];
  /** The number that is shown first. */
  readonly facts: readonly Fact[];
  /** Of a lens, likeliest first. */
  readonly predictions: readonly Prediction[];
  /** Why there is no number. */
  readonly missing: string | null;
}

/** @param index - into the reading's numbers */
export function cellFacts(reading: Reading, index: number): CellFacts {
  const { run, other } = reading;
  const coordinates = coordinatesOf(index, lengthsOf(run));
  return {
    places: coordinates.map((place, axis) => ({
      words: placeWords(run, axis, place),
      detail: placeDetail(run, axis, place),
    })),
    facts: other === null ? ownFacts(reading, index) : comparedFacts(reading, other, index),
    predictions: predictionsAt(run.lens, coordinates),
    missing: reading.values[index] == null ? missingWords(run) : null,
  };
}

function ownFacts({ run, unit }: Reading, index: number): Fact[] {
  const value = flatOf(run.values)[index] ?? null;
  const units = [unit, ...distinctUnits(run).filter((known) => known !== unit)];
  const facts = units.map((known) => ({ words: unitWords(known, run), value: inUnit(value, known, run) }));
  if (run.scores) {
    const score = flatOf(run.scores)[index] ?? null;
    facts.push({ words: 'AtP* score, by which nodes are ranked', value: score });
  }
  const exact = run.verification?.nodes.find(({ cell }) => indexOf(cell, lengthsOf(run)) === index);
  if (exact) facts.push({ words: 'change when patched exactly', value: exact.exact });
  return facts;
}

function comparedFacts({ run, unit, values, own, theirs }: Reading, other: RunResult, index: number): Fact[] {
  return [
    { words: `difference of: ${unitWords(unit, run)}`, value: values[index] ?? null },
    { words: `${run.name} (this run)`, value: own[index] ?? null },
    { words: `${other.name} (the other)`, value: theirs?.[index] ?? null },
  ];
}

/** Numbers in one list; kept, because hovering asks for them with every movement. */
const lists = new WeakMap<Nested, Numbers>();

function flatOf(nested: Nested): Numbers {
  const known = lists.get(nested) ?? flattened(nested);
  lists.set(nested, known);
  return known;
}

function indexOf(cell: readonly number[], lengths: readonly number[]): number {
  return cell.reduce((index, place, axis) => index * lengths[axis]! + place, 0);
}

/** What a lens predicts at a cell. */
export function predictionsAt(
  lens: LensPredictions | undefined,
  [layer = 0, position = 0]: readonly number[],
): readonly Prediction[] {
  return (lens?.[layer]?.[position] ?? []).map(({ token, logProb }) => ({
    token: inertToken(token.text),
    probability: Math.exp(logProb),
  }));
}

function missingWords(run: RunResult): string {
  if (run.state === 'running') return 'Not computed yet.';
  if (run.state !== 'complete' && run.done < run.total) return 'Not computed.';
  return 'No number: nothing corresponds to it in the other prompt, or the metric is not a number there.';
}

/** A number exactly enough to be copied: nine digits hold every float32. */
export function exactNumber(value: number | null): string {
  return value === null ? '—' : String(Number(value.toPrecision(9)));
}

/** One sentence of a cell, as it is announced. */
export function announcement({ places, facts, predictions, missing }: CellFacts): string {
  const where = places.map(({ words, detail }) => (detail === undefined ? words : `${words}, ${detail}`));
  const first = facts[0];
  const number = first && first.value !== null ? `${shortNumber(first.value)}, ${first.words}` : missing;
  const likely = predictions[0] ? `, likeliest ${predictions[0].token}` : '';
  return `${where.join(', ')}: ${number ?? 'no number'}${likely}`;
}
