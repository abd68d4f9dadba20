import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ErrorCode } from '../../../protocol/errors';
import { defaultSettings, type Settings } from '../../../protocol/settings';
import { fixturePath } from '../../../test/reference/fixtures';
import { temporaryFolder } from '../../../test/support/temporary';
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
  const nothing = () => undefined;
  const desk = new EngineDesk(entry, { changed: nothing, lost: nothing });
  onTestFinished(() => desk.dispose());
  const settings: Settings = { ...defaultSettings, model: { path, dictionaries: [] } };
  const session = new ModelSession(desk, {
    demoFolder: folder,
    baseFolder: folder,
    settings: () => Promise.resolve(settings),
    changed: nothing,
  });
  return { session, starts: () => readFileSync(log, 'utf8').length };
}

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

  it('says what to do when no model is wanted', async () => {
    const { session } = dyingEngine('');
    await expect(session.model()).rejects.toMatchObject({ code: ErrorCode.modelNotLoaded });
  });
});
