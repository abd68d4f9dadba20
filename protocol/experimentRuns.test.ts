import { describe, expect, it } from 'vitest';
import { runKind, runName, runNamed, withRuns } from './experimentRuns';
import type { ExperimentRun, ExperimentSpec } from './experimentSpec';

const spec: ExperimentSpec = {
  title: 'Names',
  prompts: { clean: 'a', corrupt: 'b' },
  metric: 'loss',
  runs: [{ patch: 'z' }, { name: 'early', ablate: 'z' }],
  expect: [{ run: 'early', clean: '> 1' }],
};

describe('runs', () => {
  it('are called by their name, or by their kind', () => {
    expect(spec.runs.map(runKind)).toEqual(['patch', 'ablate']);
    expect(spec.runs.map(runName)).toEqual(['patch', 'early']);
    expect(runNamed(spec, 'early')).toBe(spec.runs[1]);
    expect(runNamed(spec, 'ablate')).toBeUndefined();
    expect(() => runKind({ name: 'empty' } as unknown as ExperimentRun)).toThrow(TypeError);
  });
});

describe('withRuns', () => {
  it('keeps what the runs share, and nothing that is expected of others', () => {
    const other = withRuns(spec, [{ lens: 'resid_pre' }]);
    expect(other).toEqual({
      title: 'Names',
      prompts: { clean: 'a', corrupt: 'b' },
      metric: 'loss',
      runs: [{ lens: 'resid_pre' }],
    });
    expect(Object.keys(other)).not.toContain('model');
  });
});
