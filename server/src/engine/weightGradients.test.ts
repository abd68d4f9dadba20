/** Derivatives with respect to weights, as training takes them, against transformers' own. */
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../../test/reference/expectClose';
import { fixturePath, modelFixture, readTensors, tokensOf } from '../../../test/reference/fixtures';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { readModelFolder } from '../formats/modelFolder';
import { Builder } from '../graph/builder';
import { fuseNorms } from '../graph/fuse';
import { gradient } from '../graph/gradient';
import { lower, type WeightLookup } from '../graph/lower';
import { withOutputs } from '../graph/rewrite';
import { type Graph, isOp, type Value } from '../graph/types';
import { type Architecture, plainForward } from '../models/family';
import { readArchitecture } from '../models/registry';
import { type Feeds, tokenFeeds } from './feeds';
import { metricRows, metricValue } from './metricGraph';
import { compile } from './ort';
import { WeightFiles } from './weightFiles';

function lossGradients(architecture: Architecture): Graph {
  const b = new Builder();
  const logits = architecture.forward(b, plainForward);
  const rows = metricRows(b, { logits, rowsOnly: false, features: null }, 'loss');
  b.output('metric', metricValue(b, rows));
  const graph = fuseNorms(b.build());
  const weights = new Map<string, Value>();
  for (const node of graph.nodes)
    if (isOp(node, 'weight')) weights.set(node.attributes.name, node.outputs[0]!);
  const loss = graph.outputs.get('metric')!;
  const derived = gradient(graph, loss, [...weights.values()]);
  const named = [...weights.keys()].map((name, i): [string, Value] => [
    `grad.${name}`,
    derived.gradients[i]!,
  ]);
  return withOutputs(derived.graph, new Map([['metric', loss], ...named]));
}

/** The hub's first checkpoints lack the prefix that transformers' parameter names have. */
function withPrefix(name: string): string {
  return name.replace(/^grad\.(?!transformer\.|lm_head\.)/, 'grad.transformer.');
}

describe.each(['gpt2-tiny', 'gpt2-odd', 'gpt2-f16'])('%s', (name) => {
  const fixture = modelFixture(name);
  const { sequence, metric: text, value, file } = fixture.weightGradients[0]!;
  const { config, configPath, weights } = readModelFolder(fixturePath(name, fixture.model));
  const shapes = new Map([...weights.tensors].map(([tensor, { info }]) => [tensor, info]));
  const architecture = readArchitecture(config, shapes, configPath);
  const tokens = [tokensOf(fixture, sequence)];
  const feeds = new Map([
    ...tokenFeeds(tokens, 0, architecture.dimensions),
    ...metricFeeds(
      parseMetric(text, () => null),
      tokens,
    ),
  ]);

  async function check(storage: WeightLookup, weightFolder: string, all: Feeds): Promise<void> {
    const compiled = await compile(lower(lossGradients(architecture), storage), { weightFolder });
    const results = await compiled.run(all);
    await compiled.release();
    expect(results.get('metric')!.data[0]).toBeCloseTo(value, 4);
    const named = [...results].map(([key, tensor]) => [withPrefix(key), tensor] as const);
    expectClose(new Map(named), readTensors(name, file), 1e-3, false);
  }

  it('agrees where the weights are mapped from their file', async () => {
    const files = new WeightFiles();
    for (const tensor of architecture.tensors.keys())
      files.add(tensor, weights.tensors.get(tensor)!.file, tensor);
    await check((tensor) => files.locate(tensor, files.folder()), files.folder(), feeds);
  });

  it('agrees where the weights are fed', async () => {
    const fed = [...architecture.tensors].map(([tensor, dims]) => {
      const data = weights.tensors.get(tensor)!.file.readFloat32(tensor);
      return [tensor, { data, dims }] as const;
    });
    await check(() => ({ kind: 'fed' }), '', new Map([...feeds, ...fed]));
  });
});
