import { describe, expect, it } from 'vitest';
import type { DictionarySummary } from '../../engine/messages';
import { transcodedLayer, transcodersByLayer } from './transcoders';

function dictionary(
  id: string,
  hookName: string,
  hookNameOut = hookName,
  kind = 'transcoder (topk)',
): DictionarySummary {
  const sizes = { dIn: 4, dOut: 4, dSae: 8, weightBytes: 0 };
  const rest = { folder: '', hookHeadIndex: null, featureHook: '', identity: id, warnings: [] };
  return { id, kind, hookName, hookNameOut, ...sizes, ...rest };
}

const transcoder = (id: string, layer: number) =>
  dictionary(id, `blocks.${layer}.hook_mlp_in`, `blocks.${layer}.hook_mlp_out`);

describe('transcoders', () => {
  it('are those from what a block holds to its hook_mlp_out', () => {
    expect(transcodedLayer(transcoder('a', 3))).toBe(3);
    expect(transcodedLayer(dictionary('a', 'blocks.3.hook_mlp_out', undefined, 'jumprelu'))).toBeNull();
    expect(transcodedLayer(dictionary('a', 'blocks.2.hook_mlp_in', 'blocks.3.hook_mlp_out'))).toBeNull();
    expect(transcodedLayer(dictionary('a', 'blocks.3.hook_mlp_in', 'blocks.3.hook_attn_out'))).toBeNull();
  });

  it('come in the order of layers, the preferred or the first of several', () => {
    const all = [transcoder('c', 10), transcoder('a', 2), transcoder('b', 2)];
    const ids = (found: ReturnType<typeof transcodersByLayer>) =>
      [...found].map(([layer, { id }]) => [layer, id]);
    expect(ids(transcodersByLayer(all))).toEqual([
      [2, 'a'],
      [10, 'c'],
    ]);
    expect(
      ids(
        transcodersByLayer(
          all,
          new Map([
            [2, 'b'],
            [10, 'gone'],
          ]),
        ),
      ),
    ).toEqual([
      [2, 'b'],
      [10, 'c'],
    ]);
  });
});
