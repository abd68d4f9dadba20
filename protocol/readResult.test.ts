import { describe, expect, it } from 'vitest';
import { patchRun, resultOf } from '../test/support/results';
import type { RunResult } from './experiments';
import { readExperimentResult } from './readResult';

const axes = [
  ['layer', 2],
  ['position', 3],
] as const;
const run = patchRun(axes, (layer, position) => (position === 2 ? null : layer + position));
const token = { id: 1, text: ' a' };
const whole: RunResult = {
  ...run,
  name: 'everything',
  scores: run.values,
  lens: [0, 1].map(() => [0, 1, 2].map(() => [{ token, logProb: -1 }])),
  verification: {
    nodes: [{ cell: [1, 2], estimate: 1, exact: null }],
    bound: 0.1,
    confidence: 0.99,
    samples: 10,
  },
  steering: {
    prompt: 'a',
    plain: { text: 'b', tokens: [{ ...token, logProb: -2 }] },
    steered: { text: 'c', tokens: [] },
    features: [{ dictionary: 'd', index: 1, label: null, plain: 0, steered: 2 }],
  },
  message: 'ended',
};

/** The result as its file says it, with one field of its first run exchanged. */
function withField(field: string, value: unknown): unknown {
  return { ...resultOf([]), runs: [{ ...whole, [field]: value }] };
}

describe('readExperimentResult', () => {
  it('reads what was written, with every optional part', () => {
    const result = resultOf([run, whole]);
    expect(readExperimentResult(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it('reads a model of which less is known, and takes for processing only what is', () => {
    const { provenance, ...result } = resultOf([run]);
    const of = (model: object): unknown => ({ ...result, provenance: { ...provenance, model } });
    const plain = { name: 'demo', identity: 'abc' };
    expect(() => readExperimentResult(of(plain))).not.toThrow();
    expect(() => readExperimentResult(of({ ...plain, family: 1 }))).toThrow(/model\.family is not a text/);
    expect(() => readExperimentResult(of({ ...plain, processing: ['x=1)'] }))).toThrow(
      /model\.processing\[0\] is none of/,
    );
  });

  it('reads a run without a grid', () => {
    const flat = { ...run, kind: 'steer', axes: [], ticks: [], values: [] };
    expect(() => readExperimentResult({ ...resultOf([]), runs: [flat] })).not.toThrow();
  });

  it.each([
    ['kind', 'guess', /runs\[0\]\.kind is none of/],
    ['axes', ['layer', 'depth'], /axes\[1\] is none of/],
    ['ticks', [[]], /ticks is not one list/],
    ['values', [[1, 2, 3]], /values has 1 places; its axis has 2/],
    [
      'values',
      [
        [1, 2],
        [1, 2],
      ],
      /values\[0\] has 2 places; its axis has 3/,
    ],
    [
      'values',
      [
        [1, 2, '3'],
        [1, 2, 3],
      ],
      /values\[0\]\[2\] is not a number/,
    ],
    ['scores', null, /scores is not a list/],
    ['state', 'lost', /state is none of/],
    ['direction', 'up', /direction is none of/],
    ['notes', [1], /notes\[0\] is not a text/],
    ['pairs', [{ clean: {} }], /pairs\[0\]\.clean\.metric is not a number/],
    ['cost', null, /cost is not an object/],
    ['lens', [], /lens does not have one row/],
    [
      'verification',
      { ...whole.verification, nodes: [{ cell: [1, 3], estimate: 0, exact: 0 }] },
      /is not a cell of the grid/,
    ],
    ['steering', { prompt: 'a', plain: {}, features: [] }, /steering\.plain\.text is not a text/],
  ])('refuses a wrong %s', (field, value, message) => {
    expect(() => readExperimentResult(withField(field, value))).toThrow(message);
  });

  it('refuses a spec whose indices are anything but whole numbers', () => {
    const { spec, ...rest } = resultOf([run]);
    const withRun = (asked: unknown) => ({ ...rest, spec: { ...spec, runs: [asked] } });
    const hostile = { attention: { layer: '0]; import os; x[0', head: 0 } };
    expect(() => readExperimentResult(withRun(hostile))).toThrow('spec.runs.0.attention.layer');
    expect(() => readExperimentResult(withRun({ patch: 'z', layers: [0, 'x'] }))).toThrow('layers[1]');
    const steering = { steer: [{ method: 'ablate', feature: 3, positions: 'new' }] };
    expect(readExperimentResult(withRun(steering)).spec.runs).toEqual([steering]);
  });

  it('refuses other documents, other versions and runs of one name', () => {
    expect(() => readExperimentResult(null)).toThrow(/the document is not an object/);
    expect(() => readExperimentResult({ format: 'other' })).toThrow(/format is not/);
    expect(() => readExperimentResult({ ...resultOf([]), version: 2 })).toThrow(
      /version is 2; this release reads version 1/,
    );
    expect(() => readExperimentResult(resultOf([run, run]))).toThrow(/two runs of the same name/);
  });
});
