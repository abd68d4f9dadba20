/** State of the dashboard's panel and its talk with the host. Only navigation is stored; the data is asked for again. */
import { signal } from '@preact/signals';
import type { Corpus, FeatureDashboard } from '../../protocol/dashboard';
import { readDashboardState } from '../../protocol/dashboardPanel';
import type { DashboardHost, DashboardState, DashboardView } from '../../protocol/dashboardPanel';
import { RpcPeer } from '../../protocol/rpc';
import { messageOf } from '../lib/failure';
import { channel, storedState, storeState } from '../lib/host';

/** Undefined until the host has said which feature this is. */
export const state = signal<DashboardState | undefined>(readDashboardState(storedState()));
/** The last dashboard that came, complete or not. */
export const dashboard = signal<FeatureDashboard | undefined>(undefined);
export const loading = signal(false);
/** What went wrong with the last thing asked for. */
export const problem = signal<string | undefined>(undefined);

/** The host, by its allow-list. */
export const host = new RpcPeer<DashboardView, DashboardHost>(channel, {
  show: (part) => {
    dashboard.value = part;
    return null;
  },
  relabel: ({ label }) => {
    if (dashboard.value) dashboard.value = { ...dashboard.value, label };
    return null;
  },
  reload: () => {
    void load();
    return null;
  },
});

let lastLoad = 0;

/** Asks for the dashboard of the state's corpus. Without a time limit: reading a corpus takes as long as it takes. */
export async function load(): Promise<void> {
  const current = ++lastLoad;
  loading.value = true;
  problem.value = undefined;
  try {
    state.value ??= await host.call('start', null);
    storeState(state.value);
    const whole = await host.call('load', { corpus: state.value.corpus }, 0);
    if (current === lastLoad) dashboard.value = whole;
  } catch (error) {
    // The answer to a load that a later one superseded is a cancellation.
    if (current === lastLoad) problem.value = messageOf(error);
  } finally {
    if (current === lastLoad) loading.value = false;
  }
}

/** Reads another corpus. */
export function chooseCorpus(corpus: Corpus): void {
  update({ corpus });
  void load();
}

/** Shows the histogram as a table or as a drawing. */
export function showTable(table: boolean): void {
  update({ table });
}

/** Asks the host for something that has no answer to show; a failure is shown. */
export function ask(call: Promise<unknown>): void {
  call.catch((error: unknown) => {
    problem.value = messageOf(error);
  });
}

/** Stores the user's own label, or gives back the dictionary's for an empty text. */
export async function relabel(text: string): Promise<void> {
  const known = dashboard.value;
  if (!known) return;
  try {
    const { label } = await host.call('setLabel', {
      feature: known.feature,
      text: text === '' ? null : text,
    });
    dashboard.value = { ...known, label };
  } catch (error) {
    problem.value = messageOf(error);
  }
}

function update(change: Partial<DashboardState>): void {
  if (!state.value) return;
  state.value = { ...state.value, ...change };
  storeState(state.value);
}
