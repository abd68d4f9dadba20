/** The engine against activations and gradients of the reference implementation (test/reference). */
import { describe, expect, it } from 'vitest';
import { fixturePath, modelFixture, readTensors, tokensOf } from '../../../test/reference/fixtures';
import { relativeError } from '../../../test/support/closeness';
import { readModelFolder } from '../formats/modelFolder';
import { readArchitecture } from '../models/registry';
import { ModelHost } from './modelHost';
import { capture } from './plan';

function host(name: string): ModelHost {
  const folder = readModelFolder(fixturePath(name, 'model'));
  const tensors = folder.weights.tensors;
  const shapes = new Map([...tensors].map(([tensor, { info }]) => [tensor, info]));
  return new ModelHost(readArchitecture(folder.config, shapes, folder.configPath), tensors);
}

for (const name of ['gpt2-tiny', 'gpt2-odd', 'gpt2-f16']) {
  describe(name, () => {
    const fixture = modelFixture(name);
    for (const { name: sequence, activations } of fixture.sequences) {
      it(`agrees with the reference at every hook point: ${sequence}`, async () => {
        const model = host(name);
        const reference = readTensors(name, activations);
        const results = await model.run(capture(model.hooks), [tokensOf(fixture, sequence)]);
        for (const [hook, expected] of reference) {
          const found = results.get(hook);
          expect(found?.dims.slice(1) ?? hook, hook).toEqual(expected.shape);
          const width = expected.shape.at(-1)!;
          expect(relativeError(found!.data as Float32Array, expected.data, width), hook).toBeLessThan(1e-4);
        }
        await model.release();
      });
    }
  });
}
