/** The experiment files of the demo workspace: what they expect of the shipped model holds, and they would say if it did not. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../protocol/experiments';
import { cli, cliJson } from '../test/support/cli';
import { temporaryFolder } from '../test/support/temporary';

const workspace = join(import.meta.dirname, '..', 'media', 'demo', 'workspace');
const heads = join(workspace, 'indirect-objects.fscope.yaml');

describe('indirect-objects.fscope.yaml', () => {
  it('finds the heads that name the receiver, over a hundred pairs', async () => {
    const { runs, expectations } = (await cliJson('experiment', heads)) as ExperimentResult;
    expect(runs.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
    expect(runs[0]!.pairs).toHaveLength(100);
    expect(expectations).toHaveLength(4);
    expect(expectations.filter(({ holds }) => !holds)).toEqual([]);
  });

  it('exits with 3 where an expectation fails', async () => {
    const folder = temporaryFolder();
    const pairs = 'indirect-objects.pairs.jsonl';
    const few = readFileSync(join(workspace, pairs), 'utf8').split('\n').slice(0, 2).join('\n');
    writeFileSync(join(folder, pairs), few);
    const file = join(folder, 'strict.fscope.yaml');
    writeFileSync(file, readFileSync(heads, 'utf8').replace("clean: '> 10'", "clean: '> 1000'"));
    const { status, stderr } = await cli('experiment', file);
    expect(status).toBe(3);
    expect(stderr).toMatch(/clean run > 1000/);
  });
});

describe('one-gift.fscope.yaml', () => {
  it('runs to its end', async () => {
    const { runs } = (await cliJson(
      'experiment',
      join(workspace, 'one-gift.fscope.yaml'),
    )) as ExperimentResult;
    expect(runs.map(({ name, state }) => [name, state])).toEqual(
      ['residual stream', 'attention', 'heads by position', 'direct', 'lens'].map((name) => [
        name,
        'complete',
      ]),
    );
  });
});
