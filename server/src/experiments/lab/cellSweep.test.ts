import { describe, expect, it } from 'vitest';
import type { Cell, SweepParams } from '../../engine/causal/requests';
import type { EngineMethod } from '../../engine/messages';
import { EngineError } from '../../engine/supervisor';
import { CellSweep } from './cellSweep';
import type { Ask, AskOptions } from './laboratory';

const cell = (position: number): Cell => [
  {
    hook: 'blocks.0.hook_z',
    positions: [position],
    head: null,
    keys: null,
    unit: null,
    value: { from: 'zero' },
  },
];

function sweepOver(cells: readonly (Cell | null)[], atOnce = 100): CellSweep {
  const run = { tokens: [1, 2, 3, 4, 5, 6], readAt: [5] };
  const runs = { base: run, source: null, alignment: [], reference: 'base' as const };
  const metric = { kind: 'logit' as const, a: [1], b: [] };
  return new CellSweep({ runs, metric, cells, values: new Map(), atOnce });
}

/** The metric of a cell is ten times its position. */
const metricOf = ([patch]: Cell) => 10 * patch!.positions![0]!;

/** Answers cell by cell; `end` may throw before one of them. */
function engine(end: (answered: number) => void): { ask: Ask; asked: number[] } {
  const asked: number[] = [];
  let answered = 0;
  const ask = (_: EngineMethod, params: unknown, { onPartial }: AskOptions<'sweep'>) => {
    const { cells } = params as SweepParams;
    asked.push(cells.length);
    onPartial?.({ type: 'runs', base: 1, source: null });
    for (const [i, each] of cells.entries()) {
      end(answered);
      onPartial?.({ type: 'cells', cells: [i], metrics: [metricOf(each)] });
      answered++;
    }
    return Promise.resolve({ base: 1, source: null, metrics: Float64Array.from(cells, metricOf) });
  };
  return {
    ask: ((...args: Parameters<typeof ask>) => Promise.resolve().then(() => ask(...args))) as unknown as Ask,
    asked,
  };
}

const { signal } = new AbortController();
const crash = () => new EngineError('crashed', 'the engine was ended by SIGKILL');
const cells = [cell(0), null, cell(2), cell(3), cell(4)];

describe('CellSweep', () => {
  it('asks for the cells that there are, some at once', async () => {
    const sweep = sweepOver(cells, 3);
    const { ask, asked } = engine(() => undefined);
    let parts = 0;
    await sweep.run(ask, signal, () => parts++);
    expect(asked).toEqual([3, 1]);
    expect(cells.map((_, i) => sweep.value(i))).toEqual([0, null, 20, 30, 40]);
    expect(sweep).toMatchObject({ base: 1, source: null, done: 4, crashes: 0 });
    expect(parts).toBeGreaterThan(4);
  });

  it('asks again for the unfinished cells alone when the engine ends in the middle', async () => {
    const sweep = sweepOver(cells);
    let isUp = true;
    const { ask, asked } = engine((answered) => {
      if (!isUp || answered !== 3) return;
      isUp = false;
      throw crash();
    });
    await sweep.run(ask, signal, () => undefined);
    expect(asked).toEqual([4, 1]);
    expect(sweep).toMatchObject({ done: 4, crashes: 1 });
    expect(sweep.value(4)).toBe(40);
  });

  it('gives up when the engine keeps ending over the same cell, and keeps the others', async () => {
    const sweep = sweepOver(cells);
    const { ask, asked } = engine((answered) => {
      if (answered === 2) throw crash();
    });
    await expect(sweep.run(ask, signal, () => undefined)).rejects.toThrow(/SIGKILL/);
    expect(asked).toEqual([4, 2, 2, 2]);
    expect(sweep).toMatchObject({ done: 2, crashes: 4 });
    expect([sweep.value(2), sweep.value(3)]).toEqual([20, null]);
  });

  it('does not ask again after another failure, or when it was cancelled', async () => {
    const failing = sweepOver(cells);
    const memory = new EngineError('internal', 'out of memory');
    const first = engine((answered) => {
      if (answered === 1) throw memory;
    });
    await expect(failing.run(first.ask, signal, () => undefined)).rejects.toBe(memory);
    expect(first.asked).toHaveLength(1);
    expect(failing.done).toBe(1);

    const controller = new AbortController();
    const second = engine((answered) => {
      if (answered !== 1) return;
      controller.abort();
      throw crash();
    });
    await expect(sweepOver(cells).run(second.ask, controller.signal, () => undefined)).rejects.toThrow();
    expect(second.asked).toHaveLength(1);
  });

  it('has no value where the metric is not a number', async () => {
    const sweep = sweepOver([cell(0), cell(NaN)]);
    await sweep.run(engine(() => undefined).ask, signal, () => undefined);
    expect([sweep.isFinished(1), sweep.value(1)]).toEqual([true, null]);
  });
});
