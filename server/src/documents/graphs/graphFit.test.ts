import { describe, expect, it } from 'vitest';
import { parseGraph } from '../../formats/attributionGraph/readGraph';
import {
  errorNode,
  featureNode,
  smallGraph,
  tokenNode,
} from '../../formats/attributionGraph/testing/smallGraph';
import type { ReadableModel } from '../readableModel';
import { fitGraph } from './graphFit';
import { featureOf, labelOf } from './labelling';

/** A model of four blocks with tokens a, b, c ... and transcoders of ten features in some layers. */
function model(layers: readonly number[], more: readonly (readonly [string, number])[] = []): ReadableModel {
  const all = [...layers.map((layer) => [`t${layer}`, layer] as const), ...more];
  const dictionaries = all.map(([id, layer]) => {
    const hooks = { hookName: `blocks.${layer}.hook_mlp_in`, hookNameOut: `blocks.${layer}.hook_mlp_out` };
    return [
      id,
      { place: { id, name: id }, summary: { id, kind: 'transcoder (topk)', ...hooks, dSae: 10 } },
    ] as const;
  });
  const dimensions = { layers: 4, context: 8, vocabulary: 26 };
  return {
    place: { name: 'M' },
    summary: { dimensions, identity: 'I' },
    tokenizer: { tokenText: (id: number) => String.fromCharCode(97 + id) },
    dictionaries: new Map(dictionaries),
  } as unknown as ReadableModel;
}

const graph = (more: object = {}) => {
  const metadata = { ...(smallGraph()['metadata'] as object), prompt_tokens: ['a', ' b'] };
  const nodes = [
    tokenNode(0, 0),
    tokenNode(1, 1),
    featureNode(0, 3, 1),
    featureNode(2, 5, 1),
    errorNode(1, 1),
  ];
  return parseGraph(JSON.stringify(smallGraph({ metadata, nodes, links: [], ...more })), 'g.json');
};

describe('whether a graph can be computed on', () => {
  it('takes tokens from token nodes, and the transcoders of all layers that have one', () => {
    const { run, unable, dictionaries } = fitGraph(graph(), model([2, 3, 0]), null);
    expect(unable).toBeNull();
    expect(run).toEqual({ tokens: [0, 1], dictionaries: ['t0', 't2', 't3'] });
    expect([...dictionaries.keys()]).toEqual([0, 2, 3]);
  });

  it('takes what our own key says before', () => {
    const own = {
      tokens: [0, 1],
      dictionaries: [
        { layer: 0, id: 'other' },
        { layer: 2, id: 't2' },
      ],
    };
    const { run } = fitGraph(graph({ featurescope: own }), model([0, 1, 2], [['other', 0]]), null);
    expect(run).toEqual({ tokens: [0, 1], dictionaries: ['other', 't2'] });
  });

  it.each([
    ['a layer has no transcoder', graph(), model([0, 1]), /No transcoder is loaded for layer 2\./],
    ['several have none', graph(), model([1]), /for the layers 0, 2\./],
    ['a token is unknown', graph({ nodes: [tokenNode(0, 0)] }), model([0]), /at position 1,/],
    [
      'a token is another',
      graph({ nodes: [tokenNode(0, 0), tokenNode(2, 1)] }),
      model([]),
      /token 2 is " b" there and "c" here/,
    ],
    [
      'a token is beyond the vocabulary',
      graph({ nodes: [tokenNode(99, 0), tokenNode(1, 1)] }),
      model([]),
      /token 99 is not in/,
    ],
    [
      'it has more layers',
      graph({ nodes: [featureNode(7, 1, 0), tokenNode(0, 0), tokenNode(1, 1)] }),
      model([]),
      /has 8 layers and the model 4/,
    ],
    [
      'a feature is beyond the dictionary',
      graph({ nodes: [featureNode(0, 77, 0), tokenNode(0, 0), tokenNode(1, 1)] }),
      model([0]),
      /t0 has 10 features, and this graph has feature 77/,
    ],
    [
      'it has attention features',
      graph({ nodes: [featureNode(0, 1, 0, { feature_type: 'lorsa' }), tokenNode(0, 0), tokenNode(1, 1)] }),
      model([0]),
      /of the type "lorsa"/,
    ],
  ])('says why it cannot when %s', (_, file, loaded, why) => {
    const { run, unable } = fitGraph(file, loaded, null);
    expect(run).toBeNull();
    expect(unable).toMatch(why);
  });

  it('asks for the model itself when the graph was computed here', () => {
    expect(fitGraph(graph(), model([0, 2]), 'I').unable).toBeNull();
    expect(fitGraph(graph(), model([0, 2]), 'J').unable).toMatch(/another model is loaded now/);
    expect(fitGraph(graph(), null, 'I').unable).toMatch(/^No model is loaded\. Load tiny/);
  });
});

describe('features and labels of nodes', () => {
  const [, , first, second, error] = graph().nodes;
  const summaryOf = ({ dictionary, index }: { dictionary: string; index: number }) => ({
    feature: { dictionary, index },
    label: { text: `${dictionary} ${index}`, source: 'dictionary' as const },
  });

  it('are those of the layer’s dictionary where the model fits', () => {
    const fit = fitGraph(graph(), model([0]), null);
    expect(featureOf(first!, fit)).toEqual({ dictionary: 't0', index: 3 });
    expect(featureOf(second!, fit)).toBeNull();
    const sources = { fit, files: [], summaryOf };
    expect(labelOf(first!, ['a', ' b'], sources, true)).toEqual({ label: 't0 3', labelSource: 'dictionary' });
    expect(labelOf({ ...first!, label: 'said' }, [], sources, true)).toEqual({
      label: 'said',
      labelSource: 'file',
    });
    expect(labelOf(second!, [], sources, true)).toEqual({ label: '', labelSource: null });
    expect(labelOf(error!, ['a', ' b'], sources, true)).toEqual({
      label: 'Err: mlp " b"',
      labelSource: null,
    });
  });

  it('are none with another model', () => {
    const other = graph({ nodes: [tokenNode(5, 0), tokenNode(1, 1), featureNode(0, 3, 1)] });
    expect(featureOf(other.nodes[2]!, fitGraph(other, model([0]), null))).toBeNull();
  });
});
