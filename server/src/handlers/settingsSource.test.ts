import { describe, expect, it } from 'vitest';
import { SettingsSource } from './settingsSource';

/** A client with settings that the test changes; `null` means that it fails. */
function client(first: object) {
  const state: { settings: object | null; asked: number } = { settings: first, asked: 0 };
  const workspace = {
    getConfiguration: () => {
      state.asked++;
      return state.settings ? Promise.resolve(state.settings) : Promise.reject(new Error('busy'));
    },
  };
  return { state, source: new SettingsSource({ workspace }, true) };
}

describe('SettingsSource', () => {
  it('asks once until settings change', async () => {
    const { state, source } = client({ features: { top: 7 } });
    expect((await source.for('file:///a')).features.top).toBe(7);
    await source.for('file:///a');
    expect(state.asked).toBe(1);
  });

  it('asks again what the client could not answer', async () => {
    const { state, source } = client({});
    state.settings = null;
    await expect(source.for()).rejects.toThrow('busy');
    state.settings = { features: { top: 9 } };
    expect((await source.for()).features.top).toBe(9);
  });

  it('says whether anything that the server reads has changed, in any scope', async () => {
    const { state, source } = client({ heat: { on: true } });
    await source.for();
    await source.for('file:///a');
    state.settings = { heat: { on: false } };
    expect(await source.renew()).toBe(false);
    state.settings = { context: { unit: 'line' } };
    expect(await source.renew()).toBe(true);
    expect((await source.for('file:///a')).context.unit).toBe('line');
    expect(await source.renew()).toBe(false);
  });
});
