/** State of the steering panel and its talk with the host. Only the setup is stored; the texts are written again. */
import { computed, signal } from '@preact/signals';
import { featureKey, sameFeature } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import { RpcPeer } from '../../protocol/rpc';
import type {
  FeatureChange,
  PromptPlace,
  SteeringFeature,
  SteeringHost,
  SteeringSetup,
  SteeringStart,
  SteeringStatus,
  SteeringView,
} from '../../protocol/steeringPanel';
import { messageOf } from '../lib/failure';
import { channel, storeState } from '../lib/host';
import { compare } from './comparison';

/** Undefined until the host has said what is steered. */
export const setup = signal<SteeringSetup | undefined>(undefined);
export const place = signal<PromptPlace | null>(null);
export const status = signal<SteeringStatus>({ state: 'idle', message: null, outcome: null });
/** Whether the texts are shown as a table of tokens. */
export const table = signal(false);
/** What went wrong with the last thing asked for. */
export const problem = signal<string | undefined>(undefined);
const features = signal<ReadonlyMap<string, SteeringFeature>>(new Map());

export const running = computed(() => status.value.state === 'running');
/** Both texts, token by token. */
export const compared = computed(() => {
  const { outcome } = status.value;
  return outcome && compare(outcome.plain.tokens, outcome.steered.tokens);
});

/** The host, by its allow-list. */
export const host = new RpcPeer<SteeringView, SteeringHost>(channel, {
  restart: (start) => {
    begin(start);
    return null;
  },
  show: (snapshot) => {
    status.value = snapshot;
    return null;
  },
  relabel: (described) => {
    learn(described);
    return null;
  },
});

/** Asks for everything there is. */
export async function load(): Promise<void> {
  try {
    begin(await host.call('start', null));
  } catch (error) {
    problem.value = messageOf(error);
  }
}

export function featureOf(feature: FeatureRef): SteeringFeature | undefined {
  return features.value.get(featureKey(feature));
}

/** Changes what is steered; the texts stay until the next run. */
export function update(change: Partial<SteeringSetup>): void {
  if (!setup.value) return;
  setup.value = { ...setup.value, ...change };
  store();
}

export function updateChange(index: number, change: Partial<FeatureChange>): void {
  const changes = setup.value?.changes ?? [];
  update({ changes: changes.map((old, i) => (i === index ? { ...old, ...change } : old)) });
}

export function removeChange(index: number): void {
  update({ changes: (setup.value?.changes ?? []).filter((_, i) => i !== index) });
}

/** Lets the user pick a feature that is not steered yet. */
export async function addFeature(): Promise<void> {
  try {
    // Without a time limit: the user is asked.
    const picked = await host.call('pickFeature', null, 0);
    if (!picked || !setup.value) return;
    learn([...features.value.values(), picked]);
    const { changes } = setup.value;
    if (changes.some(({ feature }) => sameFeature(feature, picked.feature))) return;
    const value = Number(picked.scale.toPrecision(2));
    update({ changes: [...changes, { feature: picked.feature, method: 'add', value, positions: 'all' }] });
  } catch (error) {
    problem.value = messageOf(error);
  }
}

export function run(): void {
  if (setup.value) ask(host.call('run', setup.value));
}

/** Asks the host for something that has no answer to show; a failure is shown. */
export function ask(call: Promise<unknown>): void {
  problem.value = undefined;
  call.catch((error: unknown) => {
    problem.value = messageOf(error);
  });
}

function begin(start: SteeringStart): void {
  setup.value = start.setup;
  place.value = start.place;
  status.value = start.status;
  problem.value = undefined;
  learn(start.features);
  store();
}

function learn(described: readonly SteeringFeature[]): void {
  features.value = new Map(described.map((known) => [featureKey(known.feature), known]));
}

function store(): void {
  if (setup.value) storeState({ version: 1, setup: setup.value, place: place.value });
}
