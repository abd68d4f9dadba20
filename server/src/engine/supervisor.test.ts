/** The engine as a process: answers, refusals, cancelling, crashes and what comes back after them. */
import { copyFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { fixturePath, tinyFixture, tokensOf } from '../../../test/reference/fixtures';
import { temporaryCopy, temporaryFolder } from '../../../test/support/temporary';
import type { GenerateParams } from './messages';
import { capture, type Plan } from './plan';
import { Engine, EngineError, type SupervisorOptions } from './supervisor';

const fixture = tinyFixture();
const tokens = [tokensOf(fixture, 'long')];
const MODEL = fixturePath('gpt2-tiny', 'model');
const DICTIONARY = { id: 'd', path: fixturePath('dictionaries', 'standard') };
const logits = { plan: capture(['logits']), tokens };
const features: Plan = {
  ...capture([]),
  dictionaries: [{ id: 'd', mode: 'beside' }],
  outputs: [{ kind: 'topFeatures', dictionary: 'd', k: 3 }],
};

function startEngine(options: Partial<SupervisorOptions> = {}): Engine {
  const engine = new Engine({ entry: join(inject('bundles'), 'engine.js'), ...options });
  onTestFinished(() => engine.dispose());
  return engine;
}

/** A copy of the model that a test may damage. */
function copyOfModel(): { folder: string; weights: string } {
  const folder = temporaryCopy(MODEL);
  return { folder, weights: join(folder, 'model.safetensors') };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The error that a request ends with. */
async function failure(request: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await request.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

function longGeneration(maxTokens = 50): GenerateParams {
  return { tokens: [1, 2, 3], maxTokens, stop: [], temperature: 0, seed: 0, steering: [] };
}

describe('requests', () => {
  it('carry typed arrays both ways', async () => {
    const engine = startEngine();
    const summary = await engine.request('load', { path: MODEL });
    expect(summary).toMatchObject({ family: 'gpt2', dimensions: { layers: 3, heads: 4, dModel: 32 } });
    const results = await engine.request('run', logits);
    const { data, dims } = results.get('logits')!;
    expect(data).toBeInstanceOf(Float32Array);
    expect(dims).toEqual([1, 17, 300]);
    await engine.request('loadDictionary', DICTIONARY);
    const x = { data: Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)), dims: [2, 32] };
    const encoded = await engine.request('encode', { id: 'd', x });
    expect(encoded.get('feature_acts')!.dims).toEqual([2, 48]);
    const status = await engine.request('status', null);
    expect(status.providers).toContain('cpu');
    expect(status.memoryBytes).toBeGreaterThan(1e6);
  });

  it('are answered in order, also when sent at once', async () => {
    const engine = startEngine();
    const answered: string[] = [];
    const note = (name: string) => () => answered.push(name);
    await Promise.all([
      engine.request('load', { path: MODEL }).then(note('load')),
      engine.request('run', logits).then(note('run')),
      engine.request('loadDictionary', DICTIONARY).then(note('dictionary')),
      engine.request('run', { plan: features, tokens }).then(note('features')),
    ]);
    expect(answered).toEqual(['load', 'run', 'dictionary', 'features']);
  });

  it('fail with the reason, and nothing else fails with them', async () => {
    const engine = startEngine();
    expect(await failure(engine.request('run', logits))).toMatchObject({
      kind: 'input',
      message: 'no model is loaded',
    });
    await engine.request('load', { path: MODEL });
    const plan = logits.plan;
    const wrong: [() => Promise<unknown>, RegExp][] = [
      [() => engine.request('run', { plan, tokens: [[300]] }), /token 300 is not in the vocabulary/],
      [() => engine.request('run', { plan, tokens: [[-1]] }), /token -1 is not/],
      [() => engine.request('run', { plan, tokens: [[]] }), /no tokens/],
      [() => engine.request('run', { plan, tokens: [[1], [1, 2]] }), /equally long/],
      [() => engine.request('run', { plan, tokens: [Array<number>(65).fill(1)] }), /65 tokens .* \(64\)/],
      [() => engine.request('run', { plan: features, tokens }), /dictionary d is not loaded/],
      [
        () => engine.request('run', { plan: capture(['blocks.9.hook_z']), tokens }),
        /no hook point blocks\.9\./,
      ],
      [() => engine.request('load', { path: join(MODEL, 'nowhere') }), /nowhere: there is no such file/],
      [() => engine.request('generate', longGeneration(63)), /3 tokens and 63 new ones/],
    ];
    for (const [request, reason] of wrong) {
      const error = await failure(request());
      expect(error.message).toMatch(reason);
      expect(error.kind).toBe('input');
    }
    expect((await engine.request('run', logits)).size).toBe(1);
  });

  it('name the file where one is at fault', async () => {
    const engine = startEngine();
    const error = await failure(engine.request('load', { path: DICTIONARY.path }));
    expect(error).toMatchObject({ kind: 'input', file: DICTIONARY.path });
    expect(error.cure).toBeTruthy();
  });
});

describe('cancelling', () => {
  it('stops a generation between two tokens', async () => {
    const engine = startEngine();
    await engine.request('load', { path: MODEL });
    const abort = new AbortController();
    let written = 0;
    const onPartial = () => {
      if (++written === 3) abort.abort();
    };
    const error = await failure(
      engine.request('generate', longGeneration(), { signal: abort.signal, onPartial }),
    );
    expect(error.kind).toBe('cancelled');
    expect(written).toBeGreaterThanOrEqual(3);
    expect(written).toBeLessThan(50);
    expect(await engine.request('generate', longGeneration(4))).toHaveLength(4);
  });

  it('stops what nobody can take up: a part that its asker fails over fails the request alone', async () => {
    const engine = startEngine();
    await engine.request('load', { path: MODEL });
    let parts = 0;
    const onPartial = () => {
      parts++;
      throw new Error('it is closed');
    };
    await expect(engine.request('generate', longGeneration(), { onPartial })).rejects.toThrow('it is closed');
    expect(await engine.request('generate', longGeneration(4))).toHaveLength(4);
    expect(parts).toBe(1);
  });

  it('keeps what waits from starting, whether it waits here or there', async () => {
    const engine = startEngine();
    const abort = new AbortController();
    const loading = engine.request('load', { path: MODEL });
    const behindLoading = engine.request('run', logits, { signal: abort.signal });
    abort.abort();
    expect((await failure(behindLoading)).kind).toBe('cancelled');
    await loading;
    expect((await failure(engine.request('run', logits, { signal: abort.signal }))).kind).toBe('cancelled');
    const second = new AbortController();
    const busy = engine.request('generate', longGeneration());
    const queued = engine.request('run', logits, { signal: second.signal });
    setTimeout(() => {
      second.abort();
    }, 5);
    expect((await failure(queued)).kind).toBe('cancelled');
    expect(await busy).toHaveLength(50);
  });
});

describe('a crash', () => {
  it('ends what ran and nothing more, ten times in a row', async () => {
    const crashes: string[] = [];
    const engine = startEngine({ onCrash: (message) => crashes.push(message) });
    await engine.request('load', { path: MODEL });
    await engine.request('loadDictionary', DICTIONARY);
    const before = await engine.request('run', { plan: features, tokens });
    const pids = new Set<number>();
    for (let round = 0; round < 10; round++) {
      const pid = engine.pid!;
      pids.add(pid);
      const running = engine.request('generate', longGeneration(), {
        onPartial: () => {
          if (isAlive(pid)) process.kill(pid, 'SIGKILL');
        },
      });
      const waiting = engine.request('run', logits);
      expect((await failure(running)).kind).toBe('crashed');
      expect((await failure(waiting)).message).toMatch(/ended by SIGKILL; it starts again/);
      expect(await engine.request('run', { plan: features, tokens })).toEqual(before);
    }
    expect(pids.size).toBe(10);
    expect(crashes).toHaveLength(10);
    expect([...pids].filter(isAlive)).toEqual([]);
  });

  it('while it loads again leaves the loading to the next process', async () => {
    const engine = startEngine();
    await engine.request('load', { path: MODEL });
    await engine.request('loadDictionary', DICTIONARY);
    await engine.kill();
    const interrupted = engine.request('run', { plan: features, tokens });
    await expect.poll(() => engine.pid).not.toBeNull();
    process.kill(engine.pid!, 'SIGKILL');
    expect((await failure(interrupted)).kind).toBe('crashed');
    expect((await engine.request('run', { plan: features, tokens })).size).toBe(2);
  });

  it('asked for is not reported as one', async () => {
    const crashes: string[] = [];
    const engine = startEngine({ onCrash: (message) => crashes.push(message) });
    await engine.request('load', { path: MODEL });
    await engine.kill();
    expect(engine.pid).toBeNull();
    await engine.request('run', logits);
    expect(crashes).toEqual([]);
  });

  it('does not bring back what was unloaded, or a model that was exchanged', async () => {
    const engine = startEngine();
    await engine.request('load', { path: MODEL });
    await engine.request('loadDictionary', DICTIONARY);
    await engine.request('unloadDictionary', { id: 'd' });
    await engine.kill();
    expect((await failure(engine.request('run', { plan: features, tokens }))).message).toMatch(
      /d is not loaded/,
    );
    await engine.request('load', { path: fixturePath('gpt2-odd', 'model') });
    await engine.kill();
    expect((await engine.request('run', { plan: capture(['logits']), tokens: [[1]] })).size).toBe(1);
    await engine.request('unload', null);
    await engine.kill();
    expect((await failure(engine.request('run', logits))).message).toBe('no model is loaded');
  });
});

describe('files that change under a loaded model', () => {
  it('a deleted one is named when something new is compiled', async () => {
    const engine = startEngine();
    const { folder, weights } = copyOfModel();
    await engine.request('load', { path: folder });
    const before = await engine.request('run', logits);
    rmSync(weights);
    expect(await engine.request('run', logits)).toEqual(before);
    const error = await failure(engine.request('run', { plan: capture(['hook_embed']), tokens }));
    expect(error).toMatchObject({ kind: 'input', file: weights });
  });

  it('an exchanged one is named rather than mixed with the old', async () => {
    const engine = startEngine();
    const { folder, weights } = copyOfModel();
    await engine.request('load', { path: folder });
    await engine.request('run', logits);
    const other = `${weights}.new`;
    copyFileSync(weights, other);
    rmSync(weights);
    copyFileSync(other, weights);
    const error = await failure(engine.request('run', { plan: capture(['hook_embed']), tokens }));
    expect(error).toMatchObject({ kind: 'input', file: weights });
    expect(error.message).toMatch(/has changed since/);
    await engine.request('load', { path: folder });
    expect((await engine.request('run', logits)).size).toBe(1);
  });

  it('one cut short costs the engine, not the session', async () => {
    const lost: EngineError[] = [];
    const engine = startEngine({ onLost: (error) => lost.push(error) });
    const { folder, weights } = copyOfModel();
    await engine.request('load', { path: folder });
    await engine.request('run', logits);
    truncateSync(weights, 4096);
    const error = await failure(engine.request('run', logits));
    expect(error).toMatchObject({ kind: 'crashed' });
    expect(error.message).toMatch(/SIGBUS.*cut short/);
    const next = await failure(engine.request('run', logits));
    expect(next).toMatchObject({ kind: 'input', file: weights });
    expect(next.message).toMatch(/cut short/);
    await engine.request('load', { path: MODEL });
    expect((await engine.request('run', logits)).size).toBe(1);
  });

  it('one that is gone after a crash is named, and then nothing is loaded', async () => {
    const lost: EngineError[] = [];
    const engine = startEngine({ onLost: (error) => lost.push(error) });
    const { folder, weights } = copyOfModel();
    await engine.request('load', { path: folder });
    await engine.request('loadDictionary', DICTIONARY);
    await engine.kill();
    rmSync(weights);
    const error = await failure(engine.request('run', logits));
    expect(error).toMatchObject({ kind: 'input' });
    expect(error.message).toContain(folder);
    expect(lost).toEqual([error]);
    expect((await failure(engine.request('run', logits))).message).toBe('no model is loaded');
    await engine.request('load', { path: MODEL });
    expect((await engine.request('run', logits)).size).toBe(1);
  });
});

describe('disposing', () => {
  it('ends the process, also one that is starting', async () => {
    const engine = startEngine();
    const request = engine.request('load', { path: MODEL });
    await expect.poll(() => engine.pid).not.toBeNull();
    const pid = engine.pid!;
    await Promise.all([engine.dispose(), failure(request)]);
    expect(isAlive(pid)).toBe(false);
    expect((await failure(engine.request('run', logits))).message).toMatch(/shut down/);
    expect(engine.pid).toBeNull();
  });

  it('before anything was asked is nothing', async () => {
    const engine = startEngine();
    await engine.dispose();
    expect(engine.pid).toBeNull();
  });
});

describe('an engine that cannot start', () => {
  it('says so with every request', async () => {
    const entry = join(temporaryFolder(), 'engine.js');
    writeFileSync(entry, 'process.exit(7);');
    const engine = new Engine({ entry });
    for (let round = 0; round < 2; round++) {
      const error = await failure(engine.request('status', null));
      expect(error.kind).toBe('crashed');
      expect(error.message).toMatch(/ended with code 7/);
    }
    expect(engine.pid).toBeNull();
  });
});
