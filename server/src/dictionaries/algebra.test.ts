/** Derivatives of dictionaries against SAELens's own (fixtures `dictionaries`). */
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../../test/reference/expectClose';
import { dictionaryFixtures, fixturePath, readTensors } from '../../../test/reference/fixtures';
import { readDictionary } from '../engine/loading';
import { compile } from '../engine/ort';
import { Builder } from '../graph/builder';
import { gradient } from '../graph/gradient';
import { lower } from '../graph/lower';
import { withOutputs } from '../graph/rewrite';
import { DictionaryAlgebra } from './algebra';

describe('gradients of sum(c * reconstruction)', () => {
  for (const { folder, expected, normFactor, kind } of dictionaryFixtures()) {
    it(`${kind} ${folder}${normFactor === null ? '' : ` with norm factor ${normFactor}`}`, async () => {
      const reference = readTensors('dictionaries', folder, expected);
      const [x, c] = [reference.get('x')!, reference.get('c')!];
      const { config, file } = readDictionary(fixturePath('dictionaries', folder));
      const algebra = new DictionaryAlgebra(config, (b, name, shape) => b.weight(name, shape), normFactor);
      const b = new Builder();
      const input = b.input('x', x.shape);
      const encoded = algebra.encode(b, input);
      const decoded = b.reshape(algebra.decode(b, encoded.features, encoded), c.shape);
      const scalar = b.sum(b.mul(decoded, b.input('c', c.shape)));
      const { graph, gradients } = gradient(b.build(), scalar, [input, encoded.features]);
      const outputs = new Map([
        ['grad.x', gradients[0]!],
        ['grad.feature_acts', gradients[1]!],
      ]);
      const compiled = await compile(lower(withOutputs(graph, outputs), () => ({ kind: 'fed' })));
      const feeds = new Map(
        compiled.inputs.map((name) => {
          const given = { x, c }[name];
          const data = given?.data ?? file.readFloat32(name);
          return [name, { data, dims: given?.shape ?? file.tensors.get(name)!.shape }];
        }),
      );
      const results = await compiled.run(feeds);
      await compiled.release();
      expect([...results.keys()]).toEqual([...outputs.keys()]);
      const wanted = new Map([...outputs.keys()].map((name) => [name, reference.get(name)!]));
      expectClose(results, wanted, 1e-3, false);
    });
  }
});
