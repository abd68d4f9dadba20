import { describe, expect, it } from 'vitest';
import { readExperiment } from './readSpec';

const GOOD = `title: Who gets the milk
model: demo
prompts:
  clean: When Mary and John went to the shop, John gave the milk to
  corrupt: When Mary and John went to the shop, Mary gave the milk to
  answer: " Mary"
  wrong: [" John", 12]
metric: logit_diff
runs:
  - name: residual
    patch: resid_pre
    by: [layer, position]
  - patch:
      - { at: z, layer: 3, head: 1 }
      - [{ at: z, layer: 3, head: 1 }, { at: mlp_out, layer: 2, position: -1 }]
    direction: noise
  - attention: { layer: 1, head: 0 }
expect:
  - run: residual
    cell: { layer: 0, position: -1 }
    recovered: '>= 0.8'
  - { run: residual, top: 5, as: patch, shared: '>= 4' }
`;

/** Problems of a text as `code: what is marked`. */
function problemsOf(text: string): string[] {
  return readExperiment(text).problems.map(({ code, start, end }) => `${code}: ${text.slice(start, end)}`);
}

/** The text after the first quick fix of its first problem. */
function mended(text: string): string {
  const [edit] = readExperiment(text).problems[0]!.fixes![0]!.edits;
  return text.slice(0, edit!.start) + edit!.text + text.slice(edit!.end);
}

describe('readExperiment', () => {
  it('reads what a file says, and where it says so', () => {
    const { spec, problems, runs, locate } = readExperiment(GOOD);
    expect(problems).toEqual([]);
    expect(spec?.prompts).toMatchObject({ answer: ' Mary', wrong: [' John', 12] });
    expect(spec?.runs[1]).toEqual({
      patch: [
        { at: 'z', layer: 3, head: 1 },
        [
          { at: 'z', layer: 3, head: 1 },
          { at: 'mlp_out', layer: 2, position: -1 },
        ],
      ],
      direction: 'noise',
    });
    expect(runs.map(({ name }) => name)).toEqual(['residual', 'patch', 'attention']);
    const { start, end } = locate(['runs', 0, 'patch']);
    expect(GOOD.slice(start, end)).toBe('resid_pre');
  });

  it('names near misses of unknown keys and words, and mends them', () => {
    const text = GOOD.replace('direction: noise', 'dircetion: noise');
    expect(problemsOf(text)).toEqual(['unknown-key: dircetion']);
    expect(mended(text)).toBe(GOOD);
    const site = GOOD.replace('patch: resid_pre', 'patch: resid_pree');
    expect(problemsOf(site)).toEqual(['wrong-type: resid_pree']);
    expect(mended(site)).toBe(GOOD);
  });
});
