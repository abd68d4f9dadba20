/** A checkpoint in 16 bits computes what the same numbers in float32 do: every hook point, every derivative, every family's layout. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/reference/fixtures';
import { relativeError } from '../../../test/support/closeness';
import { type SixteenBitType, writeTwins } from '../../../test/support/sixteenBit';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { loadModel } from './loading';
import type { ModelHost } from './modelHost';
import type { Tensor } from './ort';
import { capture, type Plan, type PlanOutput } from './plan';

const CASES: readonly (readonly [model: string, type: SixteenBitType])[] = [
  ['gpt2-tiny/model', 'BF16'],
  ['gpt2-tiny/model', 'F16'],
  ['families/llama/model', 'BF16'],
  ['families/gemma2/model', 'BF16'],
  ['families/gemma3/model', 'F16'],
  ['families/gpt-neox/model', 'BF16'],
];

function expectSame(narrow: ReadonlyMap<string, Tensor>, wide: ReadonlyMap<string, Tensor>): void {
  expect([...narrow.keys()]).toEqual([...wide.keys()]);
  for (const [name, { data, dims }] of wide) {
    const found = narrow.get(name)!;
    expect(found.dims, name).toEqual(dims);
    if (!(data instanceof Float32Array)) expect(found.data, name).toEqual(data);
    else expect(relativeError(found.data as Float32Array, data, dims.at(-1) ?? 1), name).toBeLessThan(1e-6);
  }
}

describe.each(CASES)('%s in %s', (model, type) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'featurescope-')));
  let narrow: ModelHost;
  let wide: ModelHost;
  const tokens = [3, 17, 40, 8, 25, 11];
  const both = async (
    plan: Plan,
    rows: readonly (readonly number[])[],
    feeds?: ReadonlyMap<string, Tensor>,
  ) => [await narrow.run(plan, rows, feeds), await wide.run(plan, rows, feeds)] as const;

  beforeAll(() => {
    const twins = writeTwins(fixturePath(...(model.split('/') as [string, string])), folder, type);
    narrow = loadModel({ path: twins.narrow }).host;
    wide = loadModel({ path: twins.wide }).host;
  });
  afterAll(async () => {
    await narrow.release();
    await wide.release();
    rmSync(folder, { recursive: true });
  });

  it('has the same values at every hook point', async () => {
    expectSame(...(await both(capture(narrow.hooks), [tokens])));
  });

  it('has the same predictions, surprisals and ranks', async () => {
    const outputs: PlanOutput[] = [{ kind: 'predictions', k: 10 }, { kind: 'surprisal' }, { kind: 'rank' }];
    const feeds = new Map([
      ['targets', { data: BigInt64Array.from(tokens, BigInt), dims: [1, tokens.length] }],
    ]);
    expectSame(...(await both({ ...capture([]), outputs }, [tokens], feeds)));
  });

  it.each(['logit_diff:7,9', 'log_prob:7', 'loss'])('has the same derivatives of %s', async (text) => {
    const metric = parseMetric(text, () => null);
    const outputs: PlanOutput[] = narrow.hooks
      .filter((hook) => /resid_pre|hook_[zq]$|hook_pattern$|hook_post$|logits/.test(hook))
      .map((hook) => ({ kind: 'gradient', hook }));
    const feeds = metricFeeds(metric, [tokens]);
    expectSame(...(await both({ ...capture([]), metric: metric.kind, outputs }, [tokens], feeds)));
  });

  it('gives a row of a batch what it gives the row alone', async () => {
    const hooks = ['logits', narrow.hooks.find((hook) => hook.endsWith('hook_result'))!];
    const rows = [tokens, tokens.toReversed()];
    const together = await narrow.run(capture(hooks), rows);
    for (const [row, alone] of rows.entries()) {
      const single = await narrow.run(capture(hooks), [alone]);
      for (const [hook, { data }] of single) {
        const from = row * data.length;
        expect(together.get(hook)!.data.slice(from, from + data.length), hook).toEqual(data);
      }
    }
  });
});
