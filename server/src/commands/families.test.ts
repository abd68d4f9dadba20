/** Models of every family through the command line: the way from a path to numbers, where the process boundary lies between. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { worstOf } from '../../../test/reference/familyAgreement';
import {
  familyFixtures,
  familyModel,
  familyTensors,
  familyValues,
} from '../../../test/reference/familyFixtures';
import type { ReferenceTensors } from '../../../test/reference/fixtures';
import { relativeError } from '../../../test/support/closeness';
import { cli, cliJson, cliTensors } from '../../../test/support/cli';

/** One of each way to the weights: families, 16 bits in shards, PyTorch files, old configs, a HookedTransformer. */
const SAMPLE = new Set([
  'gemma2',
  'gemma3-bf16',
  'gemma3-v4',
  'gpt2-legacy-bin',
  'gpt-neo-hub',
  'gpt-neox-bin-sharded',
  'lens-gated-rotary',
  'llama-v4-llama3',
  'phi-qk-norm',
  'qwen2',
]);

const temporary = mkdtempSync(join(tmpdir(), 'featurescope-families-'));
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

/** The command line's tensors have no batch axis. */
function batched(tensors: ReferenceTensors) {
  return new Map([...tensors].map(([name, { data, shape }]) => [name, { data, dims: [1, ...shape] }]));
}

function without(reference: ReferenceTensors, part: string): ReferenceTensors {
  return new Map([...reference].filter(([name]) => !name.endsWith(part)));
}

for (const fixture of familyFixtures().filter(({ name }) => SAMPLE.has(name))) {
  describe(`${fixture.name}: ${fixture.description}`, () => {
    const model = ['--model', familyModel(fixture, temporary)];
    const { sequences, gradients, patches } = familyValues(fixture);
    const { tokens, activations } = sequences[0]!;
    const ids = ['--tokens', tokens.join()];

    it('run', async () => {
      const found = await cliTensors('run', ...model, ...ids, '--hooks', '**');
      const reference = without(familyTensors(fixture, activations), 'hook_result');
      expect(worstOf(batched(found), reference).error).toBeLessThan(1e-4);
    });

    it('gradient', async () => {
      const { metric, file } = gradients[0]!;
      const found = await cliTensors('gradient', ...model, ...ids, '--metric', metric, '--hooks', '**');
      expect(worstOf(batched(found), familyTensors(fixture, file)).error).toBeLessThan(1e-3);
    });

    it('patch', async () => {
      const { at, metric, clean, corrupt, axes, values } = patches[0]!;
      const pair = ['--clean', clean.join(), '--corrupt', corrupt.join()];
      const asked = [...pair, '--metric', metric, '--at', at];
      const found = (await cliJson('patch', ...model, ...asked)) as { axes: string[]; values: number[][] };
      expect(found.axes).toEqual(axes);
      expect(relativeError(found.values.flat(), values.flat(), values[0]!.length)).toBeLessThan(1e-4);
    });

    it('inspect', async () => {
      const found = await cliJson('inspect', model[1]!);
      expect(found).toMatchObject({ type: 'model', family: fixture.family });
    });
  });
}

it('says of a model for images that only its text part is computed', async () => {
  const fixture = familyFixtures().find(({ name }) => name === 'gemma3-images-v4')!;
  const { tokens } = familyValues(fixture).sequences[0]!;
  const ids = ['--tokens', tokens.join(), '--hooks', 'logits'];
  const out = ['--out', join(temporary, 'logits.safetensors')];
  const { status, stderr } = await cli('run', '--model', familyModel(fixture, temporary), ...ids, ...out);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^warning: .*only the text part/) as string,
  });
});

it('says which processing that was asked for changes nothing', async () => {
  const fixture = familyFixtures().find(({ name }) => name === 'gemma2')!;
  const asked = async (flags: string) => {
    const call = ['--model', familyModel(fixture, temporary), '--tokens', '1,2', '--hooks', 'logits'];
    const out = ['--out', join(temporary, 'processed.safetensors')];
    return cli('run', ...call, ...out, '--processing', flags);
  };
  const named = await asked('center_writing_weights,center_unembed');
  expect(named.status).toBe(0);
  expect(named.stderr).toMatch(/^warning: .*: --processing center_writing_weights changes nothing in this/);
  expect(named.stderr).toMatch(/\nwarning: .*: --processing center_unembed changes nothing in this model/);
  expect(await asked('all')).toMatchObject({ status: 0, stderr: '' });
});
