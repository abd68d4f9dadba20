/** Results of experiments as the server sends them, made up for tests of what shows them. */
import type {
  AxisName,
  ExperimentResult,
  Nested,
  PairSummary,
  RunResult,
  Tick,
} from '../../protocol/experiments';
import { nestedAs } from '../../protocol/normalise';

const CLEAN = [
  ' When',
  ' Mary',
  ' and',
  ' John',
  ' went',
  ' out',
  ',',
  ' John',
  ' gave',
  ' a',
  ' book',
  ' to',
];
const CORRUPT = CLEAN.with(7, ' Mary');

/** One pair of prompts that differ at position 7, read at the last position. */
export const namesPair: PairSummary = {
  clean: prompt(CLEAN, 3),
  corrupt: prompt(CORRUPT, -2),
  alignment: CLEAN.map((_, i) => i),
};

function prompt(tokens: readonly string[], metric: number): PairSummary['clean'] {
  return {
    text: tokens.join(''),
    tokens: tokens.map((text, id) => ({ id, text })),
    readAt: [tokens.length - 1],
    metric,
  };
}

/** Ticks 0 ... length - 1 of an axis, positions with the tokens of `namesPair`. */
export function ticks(axis: AxisName, length: number): Tick[] {
  return Array.from({ length }, (_, index) => ({
    label:
      axis === 'position' || axis === 'source' ? (CLEAN[index % CLEAN.length] ?? '') : `${axis} ${index}`,
    index,
  }));
}

/** A complete patching run over these axes. `value` gives the metric of a cell from its coordinates. */
export function patchRun(
  axes: readonly (readonly [AxisName, number])[],
  value: (...coordinates: number[]) => number | null,
  changes: Partial<RunResult> = {},
): RunResult {
  const lengths = axes.map(([, length]) => length);
  const total = lengths.reduce((product, length) => product * length, 1);
  return {
    name: 'patch',
    kind: 'patch',
    at: 'resid_pre',
    direction: 'denoise',
    metric: 'logit_diff:" Mary"," John"',
    clean: 3,
    corrupted: -2,
    axes: axes.map(([name]) => name),
    ticks: axes.map(([name, length]) => ticks(name, length)),
    values: valuesOf(lengths, value),
    pairs: [namesPair],
    notes: [],
    state: 'complete',
    done: total,
    total,
    cost: { forwards: 12.5, seconds: 0.8, secondsLeft: 0 },
    ...changes,
  };
}

function valuesOf(lengths: readonly number[], value: (...coordinates: number[]) => number | null): Nested {
  const total = lengths.reduce((product, length) => product * length, 1);
  const flat = Array.from({ length: total }, (_, i) => value(...coordinatesOf(i, lengths)));
  return nestedAs(flat, lengths);
}

function coordinatesOf(index: number, lengths: readonly number[]): number[] {
  const coordinates: number[] = [];
  let rest = index;
  for (const length of lengths.toReversed()) {
    coordinates.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return coordinates;
}

/** A result with these runs. */
export function resultOf(runs: readonly RunResult[]): ExperimentResult {
  return {
    format: 'featurescope-result',
    version: 1,
    title: 'Who gets the book?',
    spec: {
      model: 'demo',
      prompts: { clean: CLEAN.join(''), corrupt: CORRUPT.join(''), answer: ' Mary', wrong: ' John' },
      metric: 'logit_diff',
      runs: [{ patch: 'resid_pre' }],
    },
    runs,
    expectations: [
      { clause: 'recovered at layer 0, position 7 is at least 0.9', holds: true, measured: '1' },
    ],
    provenance: {
      featurescope: '0.1.0',
      onnxruntime: '1.30.0',
      provider: 'cpu',
      model: { name: 'demo', identity: 'abc', family: 'gpt2', processing: ['fold_ln'] },
      dictionaries: [],
      started: '2026-01-01T00:00:00.000Z',
      seconds: 1.2,
    },
  };
}
