import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import type { SweepParams, SweepPart } from '../engine/causal/requests';
import { capture } from '../engine/plan';
import { EngineDesk } from './engineDesk';

/** A desk over an engine that never ends a run; `runs` counts those that it began. */
function deskOver() {
  const folder = temporaryFolder();
  const log = join(folder, 'runs');
  const entry = join(folder, 'engine.cjs');
  writeFileSync(log, '');
  writeFileSync(
    entry,
    `process.on('message', ({ id, method }) => {
       if (method === 'run' || method === 'sweep') require('node:fs').appendFileSync(${JSON.stringify(log)}, 'x');
       if (method === 'sweep') process.send({ type: 'partial', id, value: { type: 'runs', base: 1, source: null } });
       if (method === 'run' || method === 'sweep') return;
       process.send({ type: 'result', id, value: { memoryBytes: 1, providers: [], runtime: '1' } });
     });
     process.send({ type: 'ready' });`,
  );
  const nothing = () => undefined;
  const desk = new EngineDesk(entry, { changed: nothing, lost: nothing });
  onTestFinished(() => desk.dispose());
  return { desk, runs: () => readFileSync(log, 'utf8').length };
}

const RUN = { plan: capture([]), tokens: [[1]] };

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('EngineDesk', () => {
  it('does not repeat the run that the user ended with the engine', async () => {
    const { desk, runs } = deskOver();
    const run = desk.ask('run', RUN);
    const ended = expect(run).rejects.toMatchObject({ kind: 'cancelled' });
    await until(() => runs() === 1);
    await desk.restart();
    await ended;
    expect(runs()).toBe(1);
    expect(desk.failed).toBeNull();
  });

  it('repeats a run that a crash interrupted, once', async () => {
    const { desk, runs } = deskOver();
    const run = desk.ask('run', RUN);
    const ended = expect(run).rejects.toMatchObject({ kind: 'crashed' });
    await until(() => runs() === 1);
    await desk.kill();
    await until(() => runs() === 2);
    await desk.kill();
    await ended;
    expect(runs()).toBe(2);
  });

  it('does not repeat a request that has sent parts of its answer', async () => {
    const { desk, runs } = deskOver();
    const run = { tokens: [1], readAt: [0] };
    const sweep: SweepParams = {
      base: run,
      source: null,
      alignment: [],
      reference: 'base',
      metric: { kind: 'logit', a: [1], b: [] },
      cells: [],
      values: new Map(),
    };
    const parts: SweepPart[] = [];
    const asked = desk.ask('sweep', sweep, { onPartial: (part) => parts.push(part) });
    const ended = expect(asked).rejects.toMatchObject({ kind: 'crashed' });
    await until(() => parts.length === 1);
    await desk.kill();
    await ended;
    expect(runs()).toBe(1);
    expect(parts).toHaveLength(1);
  });

  it('answers everybody who kills the engine at the same time', async () => {
    const { desk } = deskOver();
    await desk.measure();
    await Promise.all([desk.kill(), desk.kill(), desk.restart(), desk.kill()]);
    expect(desk.pid).not.toBeNull();
  });
});
