/** What the host knows of features: logits and contexts, asked for once each. */
import { signal } from '@preact/signals';
import type { FeatureDashboard } from '../../protocol/dashboard';
import { featureKey } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import { messageOf } from '../lib/failure';
import { host } from './store';

export type Described =
  | { readonly state: 'asked' }
  | { readonly state: 'known'; readonly dashboard: FeatureDashboard }
  | { readonly state: 'failed'; readonly why: string };

/** How many features are remembered. */
const MOST = 200;

const known = signal<ReadonlyMap<string, Described>>(new Map());

/** Undefined when it was not asked for. */
export function described(feature: FeatureRef): Described | undefined {
  return known.value.get(featureKey(feature));
}

/** Asks once; after a failure again. */
export function describe(feature: FeatureRef): void {
  const key = featureKey(feature);
  const state = known.value.get(key)?.state;
  if (state === 'asked' || state === 'known') return;
  put(key, { state: 'asked' });
  host.call('describe', feature, 0).then(
    (dashboard) => {
      put(key, { state: 'known', dashboard });
    },
    (error: unknown) => {
      put(key, { state: 'failed', why: messageOf(error) });
    },
  );
}

function put(key: string, state: Described): void {
  const kept = [...known.value].filter(([one]) => one !== key).slice(1 - MOST);
  known.value = new Map([...kept, [key, state]]);
}
