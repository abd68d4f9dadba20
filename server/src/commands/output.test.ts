/** Where output cannot go, and calls that are wrong in themselves. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/reference/fixtures';
import { cli, expectError, outcomeOf, startCli } from '../../../test/support/cli';
import { temporaryFolder } from '../../../test/support/temporary';

const MODEL = fixturePath('gpt2-tiny', 'model');
const DICTIONARY = fixturePath('dictionaries', 'standard');

describe('an --out that cannot be written', () => {
  const run = ['run', '--model', MODEL, '--tokens', '1', '--hooks', 'logits', '--out'];

  it('in a folder that does not exist', async () => {
    await expectError(
      /nowhere\/out\.safetensors: there is no such file or folder/,
      ...run,
      '/nowhere/out.safetensors',
    );
  });

  it('that is a folder: it stays, and nothing is left beside it', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    mkdirSync(out);
    await expectError(/out: /, ...run, out);
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readdirSync(out)).toEqual([]);
  });

  it('below something that is no folder', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expectError(/file\/out: a part of the path is not a folder/, ...run, join(file, 'out'));
  });

  it('keeps the old file when the run fails', async () => {
    const out = join(temporaryFolder(), 'out');
    writeFileSync(out, 'what was there');
    await expectError(
      /vocabulary/,
      'run',
      '--model',
      MODEL,
      '--tokens',
      '999',
      '--hooks',
      'logits',
      '--out',
      out,
    );
    expect(readFileSync(out, 'utf8')).toBe('what was there');
    expect(readdirSync(dirname(out))).toEqual(['out']);
  });
});

describe('standard output', () => {
  const tokenize = ['tokenize', '--model', MODEL, '--prompt', 'a'.repeat(50), '--json'];

  it('that nobody reads to its end is no error', async () => {
    const child = startCli(tokenize);
    child.stdout!.destroy();
    expect(await outcomeOf(child)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  // A device of Linux that every write finds full.
  if (!existsSync('/dev/full')) return;

  it('on a full disk is one', async () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = await outcomeOf(startCli(tokenize, full));
    closeSync(full);
    expect(status).toBe(1);
    expect(stderr).toBe('error: standard output: the disk is full. Free some space and try again\n');
  });
});

describe('wrong usage', () => {
  it.each([
    [[]],
    [['nonsense']],
    [['run']],
    [['run', '--model', MODEL, '--tokens', '1', '--out', 'x']],
    [['run', '--model', MODEL, '--hooks', 'logits', '--out', 'x']],
    [['run', '--model', MODEL, '--tokens', '1', '--prompt', 'a', '--hooks', 'logits', '--out', 'x']],
    [['run', '--model', MODEL, '--tokens', '1,a', '--hooks', 'logits', '--out', 'x']],
    [['run', '--model', MODEL, '--tokens', '1', '--hooks', 'logits', '--out', 'x', '--metric', 'loss']],
    [['run', '--modell', MODEL]],
    [['inspect']],
    [['inspect', MODEL, DICTIONARY]],
    [['tokenize', '--model', MODEL, '--prompt', 'a', '--bos', '--no-bos']],
    [['features', '--model', MODEL, '--tokens', '1']],
    [['features', '--model', MODEL, '--tokens', '1', '--dictionary', DICTIONARY, '--top', '0']],
    [['generate', '--model', MODEL, '--tokens', '1']],
    [['generate', '--model', MODEL, '--tokens', '1', '--max-tokens', 'many']],
    [['generate', '--model', MODEL, '--tokens', '1', '--max-tokens', '2', '--temperature', '-1']],
    [['encode', '--dictionary', DICTIONARY, '--out', 'x']],
    [['encode', '--input', 'x', '--out', 'y']],
  ])('%j', async (args) => {
    const { status, stdout, stderr } = await cli(...args);
    expect({ status, out: args.length === 0 ? '' : stdout }).toEqual({ status: 2, out: '' });
    if (args.length > 0) expect(stderr).toMatch(/^usage: [^\n]+\n$/);
    expect(existsSync('x')).toBe(false);
  });
});
