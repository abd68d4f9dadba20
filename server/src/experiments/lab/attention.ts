/** The attention pattern of one head on the clean run. */
import type { AttentionRun } from '../../../../protocol/experimentSpec';
import { capture } from '../../engine/plan';
import { type Bench, finite, meanOf, promptSummary } from './bench';
import { upTo } from './coverage';
import { tokenName } from './laboratory';
import { layOut } from './layOut';
import type { Recorder } from './recorder';
import { Refusal } from './refusal';

/** @throws Refusal, EngineError */
export async function runAttention(
  { attention: { layer, head } }: AttentionRun,
  { lab, pairs, signal }: Bench,
  recorder: Recorder,
): Promise<void> {
  recorder.describe({ at: `attention of head ${layer}.${head}`, metric: '' });
  const { layers, heads } = lab.model.dimensions;
  if (layer >= layers || head >= heads) {
    throw new Refusal(
      `there is no head ${layer}.${head}: layers are 0 to ${layers - 1} and heads 0 to ${heads - 1}; correct "attention"`,
    );
  }
  const prompts = pairs.map(({ clean }) => clean);
  const grids = prompts.map(({ ids }) => {
    const ticks = ids.map((id, index) => ({ label: tokenName(lab, id), index }));
    return { ticks: [ticks, ticks], cells: [] };
  });
  const ticks = layOut(['position', 'source'], grids, prompts);
  const length = ticks[0]!.length;
  const cells = length * length;
  const total = cells * prompts.length;
  recorder.start({ axes: ['position', 'source'], ticks, total, forwards: prompts.length, length });
  const hook = `blocks.${layer}.attn.hook_pattern`;
  const patterns: ArrayLike<number | bigint>[] = [];
  for (const { ids } of prompts) {
    const results = await lab.ask('run', { plan: capture([hook]), tokens: [ids] }, { signal });
    patterns.push(results.get(hook)!.data.subarray(head * cells, (head + 1) * cells));
    recorder.update({
      flat: upTo(cells).map((cell) => meanOf(patterns.map((pattern) => finite(Number(pattern[cell]))))),
      pairs: prompts.map((prompt) => ({
        clean: promptSummary(prompt, [], null),
        corrupt: null,
        alignment: null,
      })),
      done: cells * patterns.length,
    });
  }
}
