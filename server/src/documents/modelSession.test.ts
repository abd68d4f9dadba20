import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { ErrorCode } from '../../../protocol/errors';
import { defaultSettings, type Settings } from '../../../protocol/settings';
import { fixturePath } from '../../../test/reference/fixtures';
import { temporaryCopy, temporaryFolder } from '../../../test/support/temporary';
import { loadModel } from '../engine/loading';
import { EngineDesk } from './engineDesk';
import { ModelSession } from './modelSession';

/** A session over an engine that dies as soon as it is asked to load; `starts` counts its processes. */
function dyingEngine(path: string) {
  const folder = temporaryFolder();
  const log = join(folder, 'starts');
  const entry = join(folder, 'engine.cjs');
  writeFileSync(log, '');
  writeFileSync(
    entry,
    `require('node:fs').appendFileSync(${JSON.stringify(log)}, 'x');
     process.on('message', () => process.exit(3));
     process.send({ type: 'ready' });`,
  );
  return { session: sessionOver(entry, path), starts: () => readFileSync(log, 'utf8').length };
}

const nothing = () => undefined;

/** A session over an engine, with a model and dictionaries configured; `changed` is told what the desk tells. */
function sessionOver(
  entry: string,
  path: string,
  changed: () => void = nothing,
  dictionaries: readonly string[] = [],
  more: Partial<Settings['model']> = {},
): ModelSession {
  const desk = new EngineDesk(entry, { changed, lost: nothing });
  onTestFinished(() => desk.dispose());
  const model = { ...defaultSettings.model, path, dictionaries, ...more };
  const settings: Settings = { ...defaultSettings, model };
  const folder = temporaryFolder();
  return new ModelSession(desk, {
    demoFolder: folder,
    baseFolder: folder,
    settings: () => Promise.resolve(settings),
    changed: nothing,
  });
}

/** An engine that loads, and answers a run only once it is cancelled. */
function waitingEngine(): string {
  const entry = join(temporaryFolder(), 'engine.cjs');
  const { summary } = loadModel({ path: MODEL });
  writeFileSync(
    entry,
    `const result = (id, value) => process.send({ type: 'result', id, value });
     process.on('message', ({ type, id, method }) => {
       if (type === 'cancel') process.send({ type: 'failure', id, failure: { kind: 'cancelled', message: '' } });
       else if (method === 'load') result(id, ${JSON.stringify(summary)});
       else if (method === 'status') result(id, { memoryBytes: 0, providers: [] });
     });
     process.send({ type: 'ready' });`,
  );
  return entry;
}

function realSession(path: string, changed?: () => void, dictionaries?: readonly string[]): ModelSession {
  return sessionOver(join(inject('bundles'), 'engine.js'), path, changed, dictionaries);
}

const MODEL = fixturePath('gpt2-tiny', 'model');
const DICTIONARY = fixturePath('dictionaries', 'standard');

describe('ModelSession', () => {
  it('does not try again by itself what ends the engine', async () => {
    const { session, starts } = dyingEngine(fixturePath('gpt2-tiny', 'model'));
    await expect(session.model()).rejects.toMatchObject({ code: ErrorCode.engineCrashed });
    expect(session.state().models.find(({ state }) => state === 'failed')?.message).toContain(
      'ended with code 3',
    );
    const before = starts();
    expect(before).toBeGreaterThanOrEqual(2);
    await expect(session.model()).rejects.toMatchObject({ code: ErrorCode.engineCrashed });
    expect(starts()).toBe(before);
    session.retry();
    await expect(session.model()).rejects.toMatchObject({ code: ErrorCode.engineCrashed });
    expect(starts()).toBeGreaterThan(before);
  });

  it('tries a file that is missing again, and never starts the engine for it', async () => {
    const path = join(temporaryFolder(), 'model');
    const { session, starts } = dyingEngine(path);
    await expect(session.model()).rejects.toMatchObject({ file: path });
    await expect(session.model()).rejects.toMatchObject({ file: path });
    expect(starts()).toBe(0);
  });

  it('lets whoever asks while dictionaries are being loaded wait for them', async () => {
    const asked: Promise<number>[] = [];
    let session: ModelSession | null = null;
    const changed = () => {
      if (asked.length > 0 || !session?.loaded) return;
      asked.push(session.model().then(({ dictionaries }) => dictionaries.size));
    };
    session = realSession(MODEL, changed, [DICTIONARY, fixturePath('dictionaries', 'jumprelu')]);
    await session.model();
    expect(asked).toHaveLength(1);
    expect(await asked[0]).toBe(2);
  });

  it('adds a dictionary to the model that is loaded when its turn comes', async () => {
    const session = realSession(MODEL);
    const old = await session.model();
    const other = temporaryCopy(MODEL);
    await Promise.all([session.loadModel(other), session.loadDictionary(DICTIONARY)]);
    expect(session.loaded?.place.path).toBe(other);
    expect([...session.loaded!.dictionaries.keys()]).toEqual(['standard']);
    expect(old.dictionaries.size).toBe(0);
    const asked = old.ask('nearest', { id: 'standard', feature: 0, k: 1 }, new AbortController().signal);
    await expect(asked).rejects.toMatchObject({ code: ErrorCode.contentModified });
  });

  it('cancels a run in the engine when its asker or its model goes', async () => {
    const session = sessionOver(waitingEngine(), MODEL);
    const model = await session.model();
    const window = { ids: Int32Array.of(1, 2), lead: 0, start: 0, ends: Int32Array.of(1, 2), from: 0, to: 2 };
    const controller = new AbortController();
    const run = model.reader.read([window], [], () => undefined, controller.signal);
    setTimeout(() => {
      controller.abort(new Error('typed on'));
    }, 50);
    await expect(run).rejects.toThrow('typed on');
    const expected = model.reader.expected(window, 1, 3, new AbortController().signal);
    const changed = expect(expected).rejects.toMatchObject({ code: ErrorCode.contentModified });
    await session.loadModel(temporaryCopy(MODEL));
    await changed;
  });

  it('keeps what was loaded when loading is cancelled', async () => {
    let controller = new AbortController();
    let cancelling = false;
    const session: ModelSession = realSession(MODEL, () => {
      if (cancelling && session.loading !== null) controller.abort(new Error('enough'));
    });
    const model = await session.model();
    await session.loadDictionary(DICTIONARY);
    cancelling = true;
    const before = session.state();
    for (const load of [
      (signal: AbortSignal) => session.loadModel(temporaryCopy(MODEL), signal),
      (signal: AbortSignal) => session.loadModel(MODEL, signal),
      (signal: AbortSignal) => session.loadDictionary(fixturePath('dictionaries', 'jumprelu'), signal),
      (signal: AbortSignal) => session.loadDictionary(DICTIONARY, signal),
    ]) {
      controller = new AbortController();
      await expect(load(controller.signal)).rejects.toThrow('enough');
      const { models, dictionaries } = session.state();
      expect({ models, dictionaries }).toEqual({ models: before.models, dictionaries: before.dictionaries });
    }
    expect(session.loaded).toBe(model);
    await model.ask('nearest', { id: 'standard', feature: 0, k: 1 }, new AbortController().signal);
  });

  it('keeps the model that the user loaded, with its dictionaries, when other settings change', async () => {
    const session = realSession(MODEL);
    await session.model();
    const other = temporaryCopy(MODEL);
    await session.loadModel(other);
    await session.loadDictionary(DICTIONARY);
    const model = { path: MODEL, dictionaries: [], processing: [], bos: 'auto' as const };
    await session.configure({ ...defaultSettings, model, engine: { provider: 'auto', memoryBudget: 512 } });
    expect(session.loaded).toBeNull();
    const again = await session.model();
    expect(again.place.path).toBe(other);
    expect([...again.dictionaries.keys()]).toEqual(['standard']);
    await session.configure({ ...defaultSettings, model: { ...model, path: temporaryCopy(MODEL) } });
    expect((await session.model()).place.path).toBe(MODEL);
  });

  it('puts BOS in front of texts, or not, as the settings say', async () => {
    const session = realSession(MODEL);
    const { bos, tokenizer } = await session.model();
    expect(bos).toBe(tokenizer.bosId);
    expect(session.state().models.find(({ state }) => state === 'loaded')!.bos).toBe('<|endoftext|>');
    const without = sessionOver(join(inject('bundles'), 'engine.js'), MODEL, undefined, [], { bos: 'never' });
    const model = await without.model();
    expect(model.bos).toBeNull();
    const [window] = model.layout.windowsIn('the', { start: 0, end: 3 }, 'file');
    expect([...window!.ids]).toEqual([...model.tokenizer.encodeSpans('the').ids]);
    expect(without.state().models.find(({ state }) => state === 'loaded')!.bos).toBeNull();
  });

  it('says what to do when no model is wanted', async () => {
    const { session } = dyingEngine('');
    await expect(session.model()).rejects.toMatchObject({ code: ErrorCode.modelNotLoaded });
  });
});
