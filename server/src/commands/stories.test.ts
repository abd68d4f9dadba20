/** A real trained model in llama2.c's files, from its bytes to text: what the reference implementation prints in 200 steps. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cli, cliJson } from '../../../test/support/cli';
import { describeWithShared, sharedPath } from '../../../test/support/shared';

describeWithShared('stories260k', () => {
  const folder = (name: string) => sharedPath('data', 'stories260k', name);
  const expected = () => readFileSync(folder('expected_greedy_200_steps.txt'));

  for (const file of ['stories260K.bin', 'stories260K_v1.bin']) {
    it(`${file} writes the reference's 200 greedy tokens to the byte`, async () => {
      const { status, stdout, stderr } = await cli(
        ...['generate', '--model', folder(file), '--prompt', '', '--max-tokens', '200'],
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(Buffer.from(stdout)).toEqual(Buffer.concat([expected(), Buffer.from('\n')]));
    });

    it(`${file} says the tokens of that text as it wrote them`, async () => {
      const text = expected().toString();
      const model = ['--model', folder(file)];
      const written = (await cliJson('generate', ...model, '--prompt', '', '--max-tokens', '200')) as {
        tokens: { id: number }[];
      };
      const read = (await cliJson('tokenize', ...model, '--prompt', text)) as { id: number; text: string }[];
      expect(read.map(({ id }) => id)).toEqual([1, ...written.tokens.map(({ id }) => id)]);
    });
  }
});
