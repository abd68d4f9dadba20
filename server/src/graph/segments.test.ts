import { describe, expect, it } from 'vitest';
import { fixturePath, modelFixture, tokensOf } from '../../../test/reference/fixtures';
import { tokenFeeds } from '../engine/feeds';
import { compile, type Tensor } from '../engine/ort';
import { capture } from '../engine/plan';
import { planGraph } from '../engine/planGraph';
import { readModelFolder } from '../formats/modelFolder';
import { readArchitecture } from '../models/registry';
import { lower } from './lower';
import { splitAt } from './segments';
import type { Graph } from './types';

const { config, configPath, weights } = readModelFolder(fixturePath('gpt2-tiny', 'model'));
const shapes = new Map([...weights.tensors].map(([name, { info }]) => [name, info]));
const architecture = readArchitecture(config, shapes, configPath);
const tokens = [tokensOf(modelFixture('gpt2-tiny'), 'long')];
const fedWeights = [...architecture.tensors].map(([name, dims]): [string, Tensor] => [
  name,
  { data: weights.tensors.get(name)!.file.readFloat32(name), dims },
]);

async function run(graph: Graph, feeds: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
  const compiled = await compile(lower(graph, () => ({ kind: 'fed' })));
  const results = await compiled.run(feeds);
  await compiled.release();
  return results;
}

describe('splitAt', () => {
  const hooks = ['blocks.0.attn.hook_z', 'blocks.1.hook_resid_pre', 'blocks.1.hook_mlp_out', 'logits'];
  const graph = planGraph(architecture, new Map(), capture(hooks));
  const feeds = new Map([...fedWeights, ...tokenFeeds(tokens, 0, architecture.dimensions)]);

  it('gives the whole graph when there is no boundary', () => {
    expect(splitAt(graph, [])).toHaveLength(1);
  });

  it('makes every result once, as early as it can', () => {
    const parts = splitAt(graph, ['blocks.1.hook_resid_pre', 'blocks.2.hook_resid_pre']);
    expect(parts.map((part) => [...part.outputs.keys()])).toEqual([
      ['blocks.0.attn.hook_z', 'blocks.1.hook_resid_pre'],
      ['blocks.1.hook_mlp_out', 'blocks.2.hook_resid_pre'],
      ['logits'],
    ]);
  });

  it('chains to the same numbers, bit for bit', async () => {
    const whole = await run(graph, feeds);
    const chained = new Map<string, Tensor>();
    for (const part of splitAt(graph, ['blocks.1.hook_resid_pre', 'blocks.2.hook_resid_pre'])) {
      for (const [name, tensor] of await run(part, new Map([...feeds, ...chained])))
        chained.set(name, tensor);
    }
    for (const hook of hooks) expect(chained.get(hook), hook).toEqual(whole.get(hook));
  });
});
