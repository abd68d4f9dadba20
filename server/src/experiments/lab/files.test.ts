/** What experiments read and write as text, and what they need. */
import { describe, expect, it } from 'vitest';
import type { ExperimentResult, RunResult } from '../../../../protocol/experiments';
import type { ExperimentSpec } from '../../../../protocol/experimentSpec';
import { withEarlier } from './compare';
import { namedDictionaries, needsTokenizer, usesDictionaries } from './needs';
import { checkPairFileName, readPairs } from './pairFile';
import { progressWords } from './progress';
import { resultText } from './resultText';

describe('readPairs', () => {
  it('reads one pair a line', () => {
    const text =
      '{"clean":"a","corrupt":"b","answer":" c","wrong":[1,"d"]}\r\n\n{"clean":{"tokens":[1,2]}}\n';
    expect(readPairs(text, 'p.jsonl')).toEqual([
      { clean: 'a', corrupt: 'b', answer: ' c', wrong: [1, 'd'] },
      { clean: { tokens: [1, 2] } },
    ]);
  });

  it.each([
    ['', /p\.jsonl holds no prompts/],
    ['{"clean":"a"}\n{"clean"', /p\.jsonl, line 2: this is not JSON/],
    ['["a"]', /line 1: a pair must be a JSON object/],
    ['{"corrupt":"a"}', /line 1: "clean" must be a text/],
    ['{"clean":{"tokens":[-1]}}', /"clean" must be a text or/],
    ['{"clean":"a","corrupt":3}', /"corrupt" must be/],
    ['{"clean":"a","answer":[]}', /"answer" must be a token, an id or a list/],
    ['{"clean":"a","answers":" b"}', /has no field "answers", only clean, corrupt/],
  ])('refuses %j', (text, reason) => {
    expect(() => readPairs(text, 'p.jsonl')).toThrow(reason);
  });
});

describe('checkPairFileName', () => {
  it('keeps to the folder of the experiment', () => {
    expect(checkPairFileName('sub/p.jsonl')).toBe('sub/p.jsonl');
    for (const name of ['../p', 'a/../../p', '/etc/p', 'C:\\p', 'a\\..\\..\\p'])
      expect(() => checkPairFileName(name)).toThrow(/is not below the experiment's folder/);
  });
});

describe('resultText', () => {
  it('is JSON with a line for each row', () => {
    const value = {
      a: [
        [1, null],
        [2, 3],
      ],
      b: { c: 'x', d: [] },
      e: [{ id: 1 }, { id: 2 }],
      f: undefined,
    };
    expect(resultText(value)).toBe(
      '{\n "a": [\n  [1,null],\n  [2,3]\n ],\n "b": {\n  "c": "x",\n  "d": []\n },\n "e": [\n  {"id":1},\n  {"id":2}\n ]\n}\n',
    );
    expect(JSON.parse(resultText(value))).toEqual({ a: value.a, b: value.b, e: value.e });
  });
});

describe('what an experiment needs', () => {
  const spec: ExperimentSpec = {
    prompts: { clean: 'a' },
    dictionaries: ['one'],
    metric: 'feature:two#3',
    runs: [
      { patch: 'features', dictionary: 'one' },
      { name: 'b', ablate: [{ at: 'error', dictionary: 'three' }, [{ at: 'z' }]] },
      { name: 'c', steer: [{ method: 'add', dictionary: 'four', feature: 1 }] },
      { name: 'd', lens: 'resid_pre', metric: 'nonsense' },
    ],
  };

  it('names every dictionary once', () => {
    expect(namedDictionaries(spec)).toEqual(['one', 'three', 'four', 'two']);
    expect(namedDictionaries({ ...spec, metric: 'feature:broken' })).toEqual(['one', 'three', 'four']);
  });

  it('knows whether there must be some', () => {
    const uses = (run: ExperimentSpec['runs'][number]) => usesDictionaries({ ...spec, runs: [run] });
    expect(spec.runs.map(uses)).toEqual([true, true, true, false]);
    expect([uses({ direct: 'features' }), uses({ direct: 'heads' })]).toEqual([true, false]);
  });

  it('knows whether texts must be read', () => {
    const tokens = { tokens: [1] };
    const plain: ExperimentSpec = { prompts: [], metric: 'logit:3', runs: [{ patch: 'z' }] };
    const needs = (change: Partial<ExperimentSpec>, pair = {}) =>
      needsTokenizer({ ...plain, ...change }, [{ clean: tokens, ...pair }]);
    expect(needs({})).toBe(false);
    expect(needs({}, { answer: [3, 4] })).toBe(false);
    expect(needs({}, { corrupt: 'b' })).toBe(true);
    expect(needs({}, { wrong: [3, ' b'] })).toBe(true);
    expect(needs({ metric: 'logit:" b"' })).toBe(true);
    expect(needs({ runs: [{ ablate: 'z', over: ['a'] }] })).toBe(true);
    expect(needs({ runs: [{ ablate: 'z', over: [tokens] }] })).toBe(false);
  });
});

describe('progressWords', () => {
  it.each([
    [0.2, 'about 1 s left'],
    [42.4, 'about 42 s left'],
    [200, 'about 3 min left'],
    [9000, 'about 3 h left'],
  ])('of %d seconds are %s', (secondsLeft, words) => {
    const run = {
      name: 'z',
      done: 1,
      total: 9,
      state: 'running',
      cost: { forwards: 1, seconds: 1, secondsLeft },
    };
    expect(progressWords(run as RunResult)).toBe(`z: 1 of 9, ${words}`);
  });
});

describe('withEarlier', () => {
  const run = (name: string, values: (number | null)[]): RunResult => ({
    name,
    kind: 'patch',
    at: 'z',
    direction: 'denoise',
    metric: 'logit:1',
    clean: 2,
    corrupted: 1,
    axes: ['layer'],
    ticks: [values.map((_, index) => ({ label: `${index}`, index }))],
    values,
    pairs: [],
    notes: [],
    state: 'complete',
    done: 2,
    total: 2,
    cost: { forwards: 1, seconds: 1, secondsLeft: null },
  });
  const result = (runs: RunResult[], change: Partial<ExperimentResult> = {}): ExperimentResult => ({
    format: 'featurescope-result',
    version: 1,
    title: '',
    spec: {
      prompts: { clean: 'a' },
      runs: [
        { name: 'one', patch: 'z' },
        { name: 'two', patch: 'q' },
      ],
      expect: [{ run: 'two', clean: '> 0' }],
    },
    runs,
    expectations: [],
    provenance: {
      featurescope: '1',
      onnxruntime: '2',
      provider: 'cpu',
      model: { name: 'm', identity: 'x' },
      dictionaries: [],
      started: 'yesterday',
      seconds: 1,
    },
    ...change,
  });
  const earlier = result([run('one', [1, 2]), run('two', [3, null])]);
  const notes = (now: ExperimentResult) => withEarlier(now, earlier).runs.map((each) => each.notes.join());

  it('says whether a number has changed', () => {
    expect(notes(result([run('one', [1, 2 + 1e-6])]))[0]).toBe(
      'The same as the result of yesterday: the largest difference is 0.00000100.',
    );
    expect(notes(result([run('one', [1, 2.5])]))[0]).toBe(
      'Changed since the result of yesterday: the largest difference is 0.500.',
    );
    expect(notes(result([run('one', [1, null])]))[0]).toMatch(/^Changed since .* Infinity/);
    expect(notes(result([run('one', [1, 2, 3])]))[0]).toBe(
      'Not comparable with the result of yesterday: another grid.',
    );
    expect(notes(result([{ ...run('one', [1, 2]), state: 'cancelled' }]))[0]).toMatch(/^Not compared/);
  });

  it('says what else is not the same', () => {
    const { provenance, spec } = earlier;
    const now = result([run('one', [1, 2])], {
      provenance: { ...provenance, model: { name: 'm', identity: 'y' } },
      spec: { ...spec, bos: false },
    });
    expect(notes(now)[0]).toBe(
      'The same as the result of yesterday: no number differs (the prompts, the files of the model changed).',
    );
  });

  it('keeps the runs that were not run now, while they still hold', () => {
    const now = result([run('one', [1, 2])]);
    expect(withEarlier(now, earlier).runs[1]).toBe(earlier.runs[1]);
    expect(withEarlier(now, earlier).expectations).toMatchObject([{ holds: true }]);
    const { spec } = earlier;
    const metric = { ...now, spec: { ...spec, metric: 'kl' } };
    expect(withEarlier(metric, earlier).runs).toHaveLength(1);
    const broken = { ...earlier, runs: [{ ...run('two', []), state: 'failed' as const }] };
    expect(withEarlier(now, broken).runs).toHaveLength(1);
  });
});
