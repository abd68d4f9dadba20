import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readUserLabels, setUserLabel, userLabelsFile } from './userLabels';

const root = mkdtempSync(join(tmpdir(), 'user-labels-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const newWorkspace = (): string => mkdtempSync(join(root, 'workspace-'));
const plain = (workspace: string) =>
  Object.fromEntries(
    [...readUserLabels(workspace)].map(([name, labels]) => [name, Object.fromEntries(labels)]),
  );

/** Another process that labels features from `first` on, as another window would. */
async function otherWindow(workspace: string, first: number, count: number): Promise<void> {
  const module = join(import.meta.dirname, 'userLabels.ts');
  const script = `
    const { setUserLabel } = require(${JSON.stringify(module)});
    (async () => {
      for (let i = ${first}; i < ${first + count}; i++)
        await setUserLabel(${JSON.stringify(workspace)}, 'resid', i, { label: 'label ' + i });
    })();`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
}

describe('setUserLabel', () => {
  it('writes, replaces and removes labels', async () => {
    const workspace = newWorkspace();
    expect(plain(workspace)).toEqual({});
    await setUserLabel(workspace, 'b', 12, { label: 'names', note: 'only first names' });
    await setUserLabel(workspace, 'b', 3, { label: 'x' });
    const all = await setUserLabel(workspace, 'a', 0, { label: 'numbers' });
    expect(all.get('b')?.get(12)).toEqual({ label: 'names', note: 'only first names' });
    await setUserLabel(workspace, 'b', 3, { label: 'places' });
    await setUserLabel(workspace, 'a', 0, null);
    await setUserLabel(workspace, 'a', 99, null);
    expect(plain(workspace)).toEqual({
      b: { 12: { label: 'names', note: 'only first names' }, 3: { label: 'places' } },
    });
    expect(readdirSync(join(workspace, '.featurescope'))).toEqual(['labels.json']);
    expect(readFileSync(userLabelsFile(workspace), 'utf8')).toMatch(/^\{\n {2}"version": 1,\n[^]*\}\n$/);
  });

  it('keeps every label of two windows that write at the same time', async () => {
    const workspace = newWorkspace();
    const here = Array.from({ length: 20 }, (_, i) =>
      setUserLabel(workspace, 'resid', i, { label: `label ${i}` }),
    );
    await Promise.all([otherWindow(workspace, 100, 40), otherWindow(workspace, 200, 40), ...here]);
    const labels = readUserLabels(workspace).get('resid');
    expect(labels?.size).toBe(100);
    expect(labels?.get(239)).toEqual({ label: 'label 239' });
    expect(readdirSync(join(workspace, '.featurescope'))).toEqual(['labels.json']);
  });

  it('takes over a lock that a dead process left', async () => {
    const workspace = newWorkspace();
    mkdirSync(join(workspace, '.featurescope'));
    const lock = `${userLabelsFile(workspace)}.lock`;
    writeFileSync(lock, 'dead');
    utimesSync(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    await Promise.all([1, 2, 3].map((feature) => setUserLabel(workspace, 'a', feature, { label: 'x' })));
    expect(readUserLabels(workspace).get('a')?.size).toBe(3);
    expect(readdirSync(join(workspace, '.featurescope'))).toEqual(['labels.json']);
  });

  it('waits for a lock that is held', async () => {
    const workspace = newWorkspace();
    mkdirSync(join(workspace, '.featurescope'));
    const lock = `${userLabelsFile(workspace)}.lock`;
    writeFileSync(lock, 'alive');
    let done = false;
    const writing = setUserLabel(workspace, 'a', 1, { label: 'x' }).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(done).toBe(false);
    rmSync(lock);
    await writing;
    expect(readUserLabels(workspace).get('a')?.size).toBe(1);
  });

  it('leaves a damaged file as it is, and frees the lock', async () => {
    const workspace = newWorkspace();
    mkdirSync(join(workspace, '.featurescope'));
    writeFileSync(userLabelsFile(workspace), '{"version":1,');
    await expect(setUserLabel(workspace, 'a', 1, { label: 'x' })).rejects.toThrow('it is not valid JSON');
    expect(() => readUserLabels(workspace)).toThrow(`${userLabelsFile(workspace)}: `);
    expect(readFileSync(userLabelsFile(workspace), 'utf8')).toBe('{"version":1,');
    expect(readdirSync(join(workspace, '.featurescope'))).toEqual(['labels.json']);
  });

  it.each([
    [{ version: 1, dictionaries: { a: { x: { label: 'y' } } } }, '"x" is not a feature'],
    [{ version: 1, dictionaries: { a: { 1: 'y' } } }, 'a label must be a JSON object'],
    [{ version: 1, dictionaries: [] }, '"dictionaries" must be a JSON object'],
    [{ version: 9, dictionaries: {} }, 'its version is 9'],
  ])('refuses %j', (content, reason) => {
    const workspace = newWorkspace();
    mkdirSync(join(workspace, '.featurescope'));
    writeFileSync(userLabelsFile(workspace), JSON.stringify(content));
    expect(() => readUserLabels(workspace)).toThrow(reason);
  });

  it('refuses a link that leads out of the workspace', async () => {
    const workspace = newWorkspace();
    symlinkSync(newWorkspace(), join(workspace, '.featurescope'), 'junction');
    expect(() => readUserLabels(workspace)).toThrow('this is not a folder of the workspace');
    await expect(setUserLabel(workspace, 'a', 1, { label: 'x' })).rejects.toThrow(
      'not a folder of the workspace',
    );
  });

  it('refuses what is neither a feature nor a label', async () => {
    const workspace = newWorkspace();
    await expect(setUserLabel(workspace, 'a', -1, { label: 'x' })).rejects.toThrow(RangeError);
    await expect(setUserLabel(workspace, 'a', 1, { label: ' ' })).rejects.toThrow(
      'between 1 and 2000 characters',
    );
    expect(readdirSync(workspace)).toEqual([]);
  });
});
