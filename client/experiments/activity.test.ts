import { describe, expect, it } from 'vitest';
import type { ExperimentResult, RunResult } from '../../protocol/experiments';
import {
  describeProgress,
  describeResult,
  seconds,
  titleOf,
  verdictOf,
  withResult,
  withRun,
} from './activity';
import type { Activity } from './activity';

function run(name: string, changes: Partial<RunResult> = {}): RunResult {
  return {
    name,
    kind: 'patch',
    at: 'z',
    direction: 'denoise',
    metric: 'logit_diff',
    clean: 2,
    corrupted: -2,
    axes: ['layer', 'head'],
    ticks: [],
    values: [],
    pairs: [],
    notes: [],
    state: 'complete',
    done: 16,
    total: 16,
    cost: { forwards: 6, seconds: 1, secondsLeft: null },
    ...changes,
  };
}

function result(changes: Partial<ExperimentResult> = {}): ExperimentResult {
  return {
    format: 'featurescope-result',
    version: 1,
    title: 'Name movers',
    spec: { prompts: { clean: 'a' }, runs: [] },
    runs: [run('heads')],
    expectations: [],
    provenance: {
      featurescope: '0.1.0',
      onnxruntime: '1.23.0',
      provider: 'cpu',
      model: { name: 'Demo', identity: 'x' },
      dictionaries: [],
      started: '2026-01-01T00:00:00.000Z',
      seconds: 3.14,
    },
    ...changes,
  };
}

const STARTED: Activity = {
  id: 1,
  params: { uri: 'file:///w/ioi.fscope.yaml' },
  title: 'ioi.fscope.yaml',
  state: 'running',
  runs: [],
  message: null,
  result: null,
};

const HOLDS = { clause: 'heads recovered >= 0.8', holds: true, measured: '0.9' };

describe('an experiment’s title', () => {
  it('is that of its spec, or the name of its file', () => {
    expect(titleOf({ uri: null, spec: { title: 'Names', prompts: { clean: 'a' }, runs: [] } })).toBe('Names');
    expect(titleOf({ uri: 'file:///w/my%20ioi.fscope.yaml', text: '' })).toBe('my ioi.fscope.yaml');
    expect(titleOf({ uri: null })).toBe('Experiment');
  });
});

describe('an experiment that runs', () => {
  it('keeps the last snapshot of each run', () => {
    const first = withRun(withRun(STARTED, run('a', { done: 1 })), run('b'));
    expect(withRun(first, run('a', { done: 9 })).runs.map(({ name, done }) => `${name} ${done}`)).toEqual([
      'a 9',
      'b 16',
    ]);
  });

  it('says which run it is at, how far and for how long still', () => {
    expect(describeProgress(STARTED)).toBe('starting');
    expect(describeProgress({ ...STARTED, message: 'loading the model' })).toBe('loading the model');
    const cost = { forwards: 6, seconds: 1, secondsLeft: 12.4 };
    const running = run('heads', { state: 'running', done: 7, total: 16, cost });
    expect(describeProgress({ ...STARTED, runs: [run('residual'), running] })).toBe('heads: 43 %, 12 s left');
    const unknown = run('heads', { state: 'running', done: 0, total: 0 });
    expect(describeProgress({ ...STARTED, runs: [unknown] })).toBe('heads:');
  });

  it('ends as the worst of its runs did, with the reason', () => {
    expect(withResult(STARTED, result()).state).toBe('complete');
    const runs = [run('a'), run('b', { state: 'cancelled' })];
    expect(withResult(STARTED, result({ runs })).state).toBe('cancelled');
    const broken = [...runs, run('c', { state: 'failed', message: 'out of memory' })];
    expect(withResult(STARTED, result({ runs: broken }))).toMatchObject({
      state: 'failed',
      message: 'out of memory',
      title: 'Name movers',
    });
    expect(withResult(STARTED, result({ title: '' })).title).toBe('ioi.fscope.yaml');
  });
});

describe('a result', () => {
  it('is judged by its clauses first', () => {
    const fails = { ...HOLDS, holds: false };
    const cancelled = [run('a', { state: 'cancelled' })];
    expect(verdictOf(result())).toBe('complete');
    expect(verdictOf(result({ expectations: [HOLDS] }))).toBe('passed');
    expect(verdictOf(result({ expectations: [HOLDS, fails] }))).toBe('failed');
    expect(verdictOf(result({ runs: cancelled }))).toBe('incomplete');
    expect(verdictOf(result({ runs: cancelled, expectations: [HOLDS] }))).toBe('incomplete');
  });

  it('is described by clauses, runs and time', () => {
    expect(describeResult(result())).toBe('1 run · 3.1 s');
    const runs = [run('a'), run('b', { state: 'cancelled' })];
    const expectations = [HOLDS, { ...HOLDS, holds: false }];
    expect(describeResult(result({ runs, expectations }))).toBe(
      '1 of 2 expectations fails · 2 runs · 1 not complete · 3.1 s',
    );
    expect(describeResult(result({ expectations: [HOLDS] }))).toMatch(/^1 of 1 expectation holds · /);
    const failing = Array.from({ length: 2 }, () => ({ ...HOLDS, holds: false }));
    expect(describeResult(result({ expectations: [HOLDS, HOLDS, ...failing] }))).toMatch(
      /^2 of 4 expectations fail · /,
    );
  });
});

describe('a duration', () => {
  it('is in seconds, or minutes and seconds', () => {
    expect([0.0412, 9.96, 12.4, 59.6, 200].map(seconds)).toEqual([
      '0.041 s',
      '10 s',
      '12 s',
      '1 min 0 s',
      '3 min 20 s',
    ]);
  });
});
