/** `patch`, `attribute` and `experiment` as processes: the contract of their results, exit statuses, what is written and what is not. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExperimentResult, Nested } from '../../../protocol/experiments';
import { flattened } from '../../../protocol/normalise';
import { readExperimentResult } from '../../../protocol/readResult';
import { fixturePath } from '../../../test/reference/fixtures';
import {
  attributionFixtures,
  patchFixtures,
  patchingPairs,
  type PatchingEntry,
} from '../../../test/reference/patchingFixtures';
import { cli, cliJson, expectError, outcomeOf, startCli } from '../../../test/support/cli';
import { relativeError } from '../../../test/support/closeness';
import { writeRandomModel } from '../../../test/support/randomModel';
import { temporaryFolder } from '../../../test/support/temporary';

const MODEL = fixturePath('gpt2-tiny', 'model');
const DICTIONARY = fixturePath('dictionaries', 'standard');
const { clean: CLEAN, corrupt: CORRUPT } = patchingPairs()['tiny']!;
const PAIR = ['--model', MODEL, '--clean', CLEAN.join(), '--corrupt', CORRUPT.join()];
const METRIC = ['--metric', 'logit_diff:7,280'];

interface SweepResult {
  readonly at: string;
  readonly direction: string;
  readonly metric: string;
  readonly clean: number;
  readonly corrupted: number;
  readonly axes: readonly string[];
  readonly values: Nested;
  readonly scores?: Nested;
}

/** What a call that must succeed writes to its `--out`; it says nothing but notes. */
async function written(...args: readonly string[]): Promise<SweepResult> {
  const out = join(temporaryFolder(), 'r.json');
  const { stderr, ...rest } = await cli(...args, '--out', out);
  expect(rest).toEqual({ status: 0, stdout: '' });
  expect(stderr).toMatch(/^(note: [^\n]+\n)*$/);
  return JSON.parse(readFileSync(out, 'utf8')) as SweepResult;
}

function expectValues(actual: Nested, expected: Nested, bound: number): void {
  const numbers = (values: Nested) => flattened(values).map((value) => value ?? 0);
  expect(numbers(actual)).toHaveLength(numbers(expected).length);
  const width = (expected.at(-1) as readonly unknown[]).length;
  expect(relativeError(numbers(actual), numbers(expected), width)).toBeLessThan(bound);
}

const isTiny = ({ pair, metric }: PatchingEntry) => pair === 'tiny' && metric === 'logit_diff:7,280';

describe('patch', () => {
  it.each(['resid_pre', 'mlp_out', 'z', 'v', 'pattern'])('%s agrees with the reference', async (at) => {
    for (const direction of ['denoise', 'noise']) {
      const entry = patchFixtures().find(
        (each) => isTiny(each) && each.at === at && each.direction === direction && each.axes.length === 2,
      )!;
      const result = await written('patch', ...PAIR, ...METRIC, '--at', at, '--direction', direction);
      expect(Object.keys(result).slice(0, 7)).toEqual([
        'at',
        'direction',
        'metric',
        'clean',
        'corrupted',
        'axes',
        'values',
      ]);
      expect(result).toMatchObject({ at, direction, metric: 'logit_diff:7,280', axes: entry.axes });
      expect(result.clean).toBeCloseTo(entry.clean, 4);
      expect(result.corrupted).toBeCloseTo(entry.corrupted, 4);
      expectValues(result.values, entry.values, 1e-4);
    }
  });

  it('goes by position when asked to, on chosen layers', async () => {
    const result = await written('patch', ...PAIR, ...METRIC, '--at', 'z', '--by-position', '--layer', '1,2');
    expect(result.axes).toEqual(['layer', 'position', 'head']);
    expect(result.values).toHaveLength(2);
    const entry = patchFixtures().find((each) => isTiny(each) && each.at === 'z' && each.axes.length === 3)!;
    expectValues(result.values.flat(1) as Nested, entry.values.slice(1).flat(1) as Nested, 1e-4);
  });

  it('patches features of a dictionary', async () => {
    const args = ['--at', 'features', '--dictionary', DICTIONARY, '--units', '3,4'];
    const { axes, values } = await written('patch', ...PAIR, ...METRIC, ...args);
    expect(axes).toEqual(['feature', 'position']);
    expect([values.length, (values[0] as readonly unknown[]).length]).toEqual([2, 10]);
    const top = await written('patch', ...PAIR, ...METRIC, ...args.slice(0, 4), '--top', '5');
    expect(top.values).toHaveLength(5);
  });

  it('refuses unequal lengths unless they are to be aligned', async () => {
    const unequal = patchingPairs()['tiny-unequal']!;
    const pair = ['--model', MODEL, '--clean', unequal.clean.join(), '--corrupt', unequal.corrupt.join()];
    const args = ['patch', ...pair, ...METRIC, '--at', 'resid_pre'];
    const out = join(temporaryFolder(), 'r.json');
    await expectError(/^error: patch: the clean prompt has 9 tokens .* --align\)\n$/, ...args, '--out', out);
    const result = (await cliJson(...args, '--align')) as SweepResult;
    expect(flattened(result.values).filter((value) => value === null)).not.toHaveLength(0);
    const { stderr } = await cli(...args, '--align', '--json');
    expect(stderr).toMatch(/^note: No counterpart in the other prompt: /);
  });

  it('takes texts, and prints something to read without --out and --json', async () => {
    const prompts = ['--clean-prompt', 'the cat', '--corrupt-prompt', 'the cat'];
    const { status, stdout, stderr } = await cli(
      'patch',
      '--model',
      MODEL,
      ...prompts,
      ...METRIC,
      '--at',
      'z',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^patch: z, denoise, logit_diff:/);
    expect(stdout).toMatch(/note: The clean and the corrupted run have the same metric/);
    expect(stdout).toMatch(/note: No effect anywhere/);
  });

  it.each([
    ['a metric that is none', ['--metric', 'logit', '--at', 'z'], /error: patch: logit needs "answer"/],
    [
      'an answer that is in no vocabulary',
      ['--metric', 'logit:300', '--at', 'z'],
      /the vocabulary is 0 to 299/,
    ],
    ['a position outside', ['--metric', 'logit:3@10', '--at', 'z'], /position 10 is outside the 10 tokens/],
    ['equal answers', ['--metric', 'logit_diff:7,7', '--at', 'z'], /are the same \(token 7\)/],
    ['a layer that is not there', [...METRIC, '--at', 'z', '--layer', '3'], /z has layers 0 to 2, and no 3/],
    ['features without a dictionary', [...METRIC, '--at', 'features'], /the experiment names none: name one/],
    ['neurons of no layer', [...METRIC, '--at', 'mlp_post'], /chosen in one layer: name it/],
    ['a dictionary folder that is none', [...METRIC, '--at', 'error', '--dictionary', 'nowhere'], /nowhere/],
  ])('fails for %s, and keeps the old result', async (_, args, line) => {
    const folder = temporaryFolder();
    const out = join(folder, 'r.json');
    writeFileSync(out, 'what was there');
    await expectError(line, 'patch', ...PAIR, ...args, '--out', out);
    expect(readdirSync(folder)).toEqual(['r.json']);
    expect(readFileSync(out, 'utf8')).toBe('what was there');
  });

  it('says what a hook point is called as a site', async () => {
    const outcome = await cli('patch', ...PAIR, ...METRIC, '--at', 'blocks.1.attn.hook_z');
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toContain('"blocks.1.attn.hook_z" is a hook point: write --at z --layer 1');
  });

  it('fails for a prompt that is too long', async () => {
    const ids = Array.from({ length: 65 }, () => 1).join();
    const pair = ['--model', MODEL, '--clean', ids, '--corrupt', ids];
    await expectError(/has 65 tokens, more than .* \(64\)/, 'patch', ...pair, ...METRIC, '--at', 'z');
  });

  it.each([
    [['patch', ...PAIR, '--at', 'z']],
    [['patch', ...PAIR, ...METRIC]],
    [['patch', ...PAIR, ...METRIC, '--at', 'nowhere']],
    [['patch', ...PAIR, ...METRIC, '--at', 'z', '--direction', 'up']],
    [['patch', ...PAIR, ...METRIC, '--at', 'z', '--layer', 'x']],
    [['patch', ...PAIR, ...METRIC, '--at', 'z', '--clean-prompt', 'a']],
    [['patch', '--model', MODEL, '--clean', '1,2', ...METRIC, '--at', 'z']],
    [['patch', 'file.fscope.yaml', ...METRIC]],
    [['attribute', ...PAIR, ...METRIC, '--at', 'z', '--method', 'magic']],
    [['attribute', ...PAIR, ...METRIC, '--at', 'z', '--method', 'atp', '--steps', '3']],
    [['attribute', 'file.fscope.yaml']],
    [['experiment']],
    [['experiment', 'a', 'b']],
  ])('is used wrongly: %j', async (args) => {
    const { status, stdout, stderr } = await cli(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: [^\n]+\n$/);
  });
});

describe('attribute', () => {
  it.each(['atp', 'atp*', 'ig'])('%s agrees with the reference', async (method) => {
    const entry = attributionFixtures().find(
      (each) => isTiny(each) && each.at === 'z' && each.method === method && each.direction === 'denoise',
    )!;
    const args = ['--at', 'z', '--by-position', '--method', method === 'atp*' ? 'atp-star' : method];
    const result = await written('attribute', ...PAIR, ...METRIC, ...args);
    expect(result).toMatchObject({ at: 'z', metric: 'logit_diff:7,280', axes: entry.axes });
    expect('scores' in result).toBe(method === 'atp*');
    const rows = (values: Nested) => values.flat(1) as Nested;
    expectValues(rows(result.values), rows(entry.values), 1e-3);
    if (entry.scores) expectValues(rows(result.scores!), rows(entry.scores), 1e-3);
  });

  it('patches the top nodes in order and bounds the others', async () => {
    const args = ['--at', 'resid_pre', '--verify', '3', '--json'];
    const { stdout } = await cli('attribute', ...PAIR, ...METRIC, ...args);
    const { values, verification } = JSON.parse(stdout) as SweepResult & {
      verification: ExperimentResult['runs'][number]['verification'];
    };
    const estimates = flattened(values).map((value) => Math.abs(value!));
    const top = estimates.toSorted((a, b) => b - a).slice(0, 3);
    const { nodes, bound, confidence, samples } = verification!;
    expect(nodes.map(({ estimate }) => Math.abs(estimate))).toEqual(top);
    expect({ confidence, samples }).toEqual({ confidence: 0.99, samples: 27 });
    // All 27 others are more than sixteen in one tier and fewer in the next: none of them may exceed the bound.
    const patched = (await cliJson('patch', ...PAIR, ...METRIC, '--at', 'resid_pre')) as SweepResult;
    const exact = flattened(patched.values).map((value) => value! - patched.corrupted);
    for (const { cell, exact: change } of nodes)
      expect(change).toBeCloseTo(exact[cell[0]! * 10 + cell[1]!]!, 4);
    const verified = new Set(nodes.map(({ cell }) => cell[0]! * 10 + cell[1]!));
    const missed = exact.filter((_, cell) => !verified.has(cell));
    expect(bound).toBeGreaterThanOrEqual(Math.max(...missed.map(Math.abs)) - 1e-4);
  });

  it('refuses the gradient of a divergence at its minimum', async () => {
    const args = ['--metric', 'kl', '--at', 'z', '--direction', 'noise'];
    await expectError(/smallest at the clean run/, 'attribute', ...PAIR, ...args);
  });
});

const EXPERIMENT = `title: tiny
model: model
prompts: { clean: { tokens: [${CLEAN.join()}] }, corrupt: { tokens: [${CORRUPT.join()}] }, answer: 7, wrong: 280 }
runs:
  - patch: z
  - lens: resid_post
expect:
  - { run: patch, clean: '-7.6 .. -7.5', corrupted: '< -4.9' }
`;

function experimentFolder(text: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'model'));
  for (const name of readdirSync(MODEL))
    writeFileSync(join(folder, 'model', name), readFileSync(join(MODEL, name)));
  writeFileSync(join(folder, 'x.fscope.yaml'), text);
  return folder;
}

describe('experiment', () => {
  it('runs a file from anywhere, and writes its result', async () => {
    const folder = experimentFolder(EXPERIMENT);
    const out = join(folder, 'r.json');
    for (const command of ['experiment', 'patch']) {
      const { status, stdout, stderr } = await cli(command, join(folder, 'x.fscope.yaml'), '--out', out);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
      const result = readExperimentResult(JSON.parse(readFileSync(out, 'utf8')));
      expect(result.runs.map(({ name, state }) => [name, state])).toEqual([
        ['patch', 'complete'],
        ['lens', 'complete'],
      ]);
      expect(result.expectations).toHaveLength(2);
      expect(result.provenance.model.name).toBe('model');
    }
    const { stdout } = await cli('experiment', join(folder, 'x.fscope.yaml'), '--json');
    expect(readExperimentResult(JSON.parse(stdout)).title).toBe('tiny');
    const readable = await cli('experiment', join(folder, 'x.fscope.yaml'));
    expect(readable.stdout).toMatch(/^tiny\npatch: z, denoise, logit_diff:.*\n {2}clean -7\.5199/);
    expect(readable.stdout).toMatch(
      /\nholds: patch: metric of the clean run -7\.6 \.\. -7\.5 \(-7\.5199\)\n/,
    );
  });

  it('is called as its file where it has no title, and says what its clauses leave open', async () => {
    const text = EXPERIMENT.replace('title: tiny\n', '').replace(/expect:[^]*/, '');
    const folder = experimentFolder(`${text}expect:\n  - { run: lens, value: '> 0' }\n`);
    const { status, stdout, stderr } = await cli('experiment', join(folder, 'x.fscope.yaml'));
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: 'expect: lens: metric > 0: cannot be answered: the cell does not say which layer\n',
    });
    expect(stdout).toMatch(/^x\npatch: z, /);
  });

  it('exits with 3 when a clause does not hold, with everything written', async () => {
    const folder = experimentFolder(EXPERIMENT.replace("'< -4.9'", "'> 0'"));
    const out = join(folder, 'r.json');
    const { status, stdout, stderr } = await cli(
      'experiment',
      join(folder, 'x.fscope.yaml'),
      '--out',
      out,
      '--json',
    );
    expect(status).toBe(3);
    expect(stderr).toMatch(/^expect: patch: metric of the corrupted run > 0: measured -4\.90\d+\n$/);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(out, 'utf8')));
  });

  it.each([
    ['a file that is not there', null, /no such file/],
    ['what is no experiment', 'runs: 3', /x\.fscope\.yaml:1: /],
    ['a model that is not there', EXPERIMENT.replace('model: model', 'model: nowhere'), /nowhere/],
    [
      'a file of pairs outside',
      EXPERIMENT.replace(/prompts:.*/, 'prompts: ../p.jsonl'),
      /not below the experiment's folder/,
    ],
    [
      'a prompt that is too long',
      EXPERIMENT.replace(/tokens: \[/, `tokens: [${'1,'.repeat(60)}`),
      /more than the model/,
    ],
  ])('fails for %s', async (_, text, line) => {
    const folder = experimentFolder(text ?? EXPERIMENT);
    const out = join(folder, 'out.json');
    const file = join(folder, text === null ? 'y.fscope.yaml' : 'x.fscope.yaml');
    await expectError(line, 'experiment', file, '--out', out);
    expect(readdirSync(folder)).not.toContain('out.json');
  });

  it('fails for a run that cannot be done, and keeps what the others found', async () => {
    const folder = experimentFolder(EXPERIMENT.replace('patch: z', 'patch: z\n    layers: [9]'));
    const out = join(folder, 'out.json');
    const args = ['experiment', join(folder, 'x.fscope.yaml'), '--out', out];
    await expectError(/x\.fscope\.yaml, run patch: z has layers 0 to 2/, ...args);
    const { runs } = readExperimentResult(JSON.parse(readFileSync(out, 'utf8')));
    expect(runs.map(({ state }) => state)).toEqual(['failed', 'complete']);
  });

  it('is interrupted with 130, nothing written', async () => {
    const folder = temporaryFolder();
    const model = join(folder, 'model');
    mkdirSync(model);
    writeRandomModel(model, { layers: 6, heads: 8, dModel: 256, vocabulary: 300, context: 64 });
    const ids = (shift: number) => Array.from({ length: 64 }, (_, i) => i + shift).join();
    const child = startCli([
      ...['patch', '--model', model, '--clean', ids(0), '--corrupt', ids(100), '--metric', 'logit:3'],
      ...['--at', 'z', '--by-position', '--out', join(folder, 'r.json')],
    ]);
    const outcome = outcomeOf(child);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    expect(await outcome).toEqual({ status: 130, stdout: '', stderr: '' });
    expect(readdirSync(folder)).toEqual(['model']);
  });
});
