import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { ErrorCode } from '../../../protocol/errors';
import { defaultSettings, type Settings } from '../../../protocol/settings';
import { fixturePath } from '../../../test/reference/fixtures';
import { temporaryCopy, temporaryFolder } from '../../../test/support/temporary';
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

/** A session over an engine, with a model configured and no dictionaries. */
function sessionOver(entry: string, path: string): ModelSession {
  const nothing = () => undefined;
  const desk = new EngineDesk(entry, { changed: nothing, lost: nothing });
  onTestFinished(() => desk.dispose());
  const settings: Settings = { ...defaultSettings, model: { path, dictionaries: [] } };
  const folder = temporaryFolder();
  return new ModelSession(desk, {
    demoFolder: folder,
    baseFolder: folder,
    settings: () => Promise.resolve(settings),
    changed: nothing,
  });
}

function realSession(path: string): ModelSession {
  return sessionOver(join(inject('bundles'), 'engine.js'), path);
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

  it('says what to do when no model is wanted', async () => {
    const { session } = dyingEngine('');
    await expect(session.model()).rejects.toMatchObject({ code: ErrorCode.modelNotLoaded });
  });
});
