/** Sweeps that are cancelled, and an engine that dies in the middle, across the process boundary. */
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import { patchingPairs } from '../../../../test/reference/patchingFixtures';
import { Engine } from '../supervisor';
import type { SweepParams, SweepPart } from './requests';

const engine = new Engine({ entry: join(inject('bundles'), 'engine.js') });
afterAll(() => engine.dispose());

const { clean, corrupt } = patchingPairs()['tiny']!;
const readAt = [corrupt.length - 1];
const params: SweepParams = {
  base: { tokens: corrupt, readAt },
  source: { tokens: clean, readAt },
  alignment: clean.map((_, at) => at),
  reference: 'source',
  metric: { kind: 'logit_diff', a: [7], b: [280] },
  values: new Map(),
  cells: Array.from({ length: 600 }, (_, i) => [
    {
      hook: `blocks.${i % 3}.hook_resid_pre`,
      positions: [2 + (i % 8)],
      head: null,
      keys: null,
      unit: null,
      value: { from: 'source' },
    },
  ]),
};

/** Long enough that a cancellation reaches it on a busy machine. */
const long: SweepParams = { ...params, cells: Array.from({ length: 20 }, () => params.cells).flat() };

describe('a sweep in the engine', () => {
  it('can be cancelled and started again twenty times', async () => {
    await engine.request('load', { path: fixturePath('gpt2-tiny', 'model') });
    const process = engine.pid;
    for (let i = 0; i < 20; i++) {
      const abort = new AbortController();
      let parts = 0;
      const onPartial = () => {
        if (++parts > i % 4) abort.abort();
      };
      const cancelled = engine.request('sweep', long, { signal: abort.signal, onPartial });
      await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
    }
    const { metrics } = await engine.request('sweep', params);
    expect(metrics).toHaveLength(600);
    expect(engine.pid).toBe(process);
  });

  it('leaves what it finished before the engine was killed', async () => {
    const whole = await engine.request('sweep', params);
    const finished = new Map<number, number>();
    let isKilled = false;
    const onPartial = (part: SweepPart) => {
      if (part.type !== 'cells') return;
      part.cells.forEach((cell, i) => finished.set(cell, part.metrics[i]!));
      if (finished.size <= 100 || isKilled) return;
      isKilled = true;
      void engine.kill();
    };
    await expect(engine.request('sweep', long, { onPartial })).rejects.toMatchObject({ kind: 'crashed' });
    expect(finished.size).toBeGreaterThan(100);
    for (const [cell, metric] of finished) expect(metric).toBe(whole.metrics[cell % 600]);
    expect((await engine.request('sweep', params)).metrics).toEqual(whole.metrics);
  });
});
