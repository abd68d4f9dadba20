/** The panel's store against a host that answers over the same channel. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SteeringOutcome } from '../../protocol/experiments';
import type { SteeringFeature, SteeringSetup, SteeringStart } from '../../protocol/steeringPanel';
import { PanelHost, settled } from '../../test/support/panelHost';
import type * as Store from './store';

const feature = { dictionary: 'd', index: 3 };
const setup: SteeringSetup = {
  prompt: 'Once',
  changes: [{ feature, method: 'add', value: 4, positions: 'all' }],
  tokens: 8,
  temperature: 0,
  seed: 0,
};
const described: SteeringFeature = { feature, label: null, hookPoint: 'blocks.1.hook_resid_post', scale: 4 };
const other: SteeringFeature = { ...described, feature: { dictionary: 'd', index: 5 }, scale: 7.77 };
const start: SteeringStart = {
  setup,
  place: { uri: 'file:///a.txt', end: { line: 0, character: 4 } },
  features: [described],
  status: { state: 'idle', message: null, outcome: null },
};

const outcome = (ids: readonly number[], steered: readonly number[]): SteeringOutcome => ({
  prompt: 'Once',
  plain: { text: '', tokens: ids.map((id) => ({ id, text: `${id}`, logProb: -1 })) },
  steered: { text: '', tokens: steered.map((id) => ({ id, text: `${id}`, logProb: -2 })) },
  features: [],
});

describe('the store', () => {
  let host: PanelHost;
  let store: typeof Store;
  beforeEach(async () => {
    vi.resetModules();
    host = new PanelHost({ start });
    store = await import('./store');
    await store.load();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('begins with what the host says, and stores it without the texts', () => {
    expect(store.setup.value).toEqual(setup);
    expect(store.featureOf(feature)).toEqual(described);
    expect(host.stored).toEqual({ version: 1, setup, place: start.place });
  });

  it('shows what the host cannot say', async () => {
    host.failing = 'start';
    await store.load();
    expect(store.problem.value).toBe('start failed');
  });

  it('changes and stores the setup, and runs it as it stands', async () => {
    store.update({ prompt: 'Twice' });
    store.updateChange(0, { method: 'set', value: 9 });
    const changed = {
      ...setup,
      prompt: 'Twice',
      changes: [{ feature, method: 'set', value: 9, positions: 'all' }],
    };
    expect(store.setup.value).toEqual(changed);
    expect(host.stored).toMatchObject({ setup: changed });
    store.run();
    await settled();
    expect(host.calls.at(-1)).toEqual(['run', changed]);
  });

  it('follows the snapshots of a run', async () => {
    host.tell('show', { state: 'running', message: null, outcome: outcome([1, 2], [1, 3]) });
    await settled();
    expect(store.running.value).toBe(true);
    expect(store.compared.value).toMatchObject({
      apart: 1,
      plain: [{ difference: -1 }, { difference: null }],
    });
    host.tell('show', { state: 'failed', message: 'no effect', outcome: null });
    await settled();
    expect(store.running.value).toBe(false);
    expect(store.compared.value).toBeNull();
  });

  it('takes another setup from the host', async () => {
    store.update({ prompt: 'mine' });
    host.tell('restart', { ...start, setup: { ...setup, prompt: 'theirs' } });
    await settled();
    expect(store.setup.value?.prompt).toBe('theirs');
  });

  it('adds a picked feature once, as strong as it gets, and removes it', async () => {
    host.answers['pickFeature'] = other;
    await store.addFeature();
    await store.addFeature();
    expect(store.setup.value?.changes).toEqual([
      setup.changes[0],
      { feature: other.feature, method: 'add', value: 7.8, positions: 'all' },
    ]);
    expect(store.featureOf(other.feature)).toEqual(other);
    expect(store.featureOf(feature)).toEqual(described);
    store.removeChange(0);
    expect(store.setup.value?.changes.map(({ feature: kept }) => kept.index)).toEqual([5]);
  });

  it('adds nothing when none is picked, and says why when that fails', async () => {
    host.answers['pickFeature'] = null;
    await store.addFeature();
    expect(store.setup.value).toEqual(setup);
    host.failing = 'pickFeature';
    await store.addFeature();
    expect(store.problem.value).toBe('pickFeature failed');
    host.failing = 'insert';
    store.ask(store.host.call('insert', null));
    expect(store.problem.value).toBeUndefined();
    await settled();
    expect(store.problem.value).toBe('insert failed');
  });
});
