/** State of the graph panel and its talk with the host. The graph is the host's; only how it is shown is stored. */
import { computed, signal } from '@preact/signals';
import { readGraphState } from '../../protocol/graphPanel';
import type { GraphHost, GraphPanelState, GraphShown, GraphView } from '../../protocol/graphPanel';
import { NO_ANNOTATIONS } from '../../protocol/graphs';
import { RpcPeer } from '../../protocol/rpc';
import { messageOf } from '../lib/failure';
import { channel, storedState, storeState } from '../lib/host';
import type { Edit } from './model/annotations';
import { firstThreshold } from './model/visible';

/** What the user chose to see; kept over a reload. */
export type View = Omit<GraphPanelState, 'version'>;

const stored = readGraphState(storedState());

/** Null until the host has answered. */
export const shown = signal<GraphShown | null>(null);
export const view = signal<View>(
  stored ?? { view: 'graph', threshold: 1, hideErrors: false, selected: null },
);
/** The position whose token the editor's cursor is in. */
export const cursorPosition = signal<number | null>(null);
/** What went wrong with the last thing asked for. */
export const problem = signal<string | null>(null);
/** What was done that is not seen otherwise. */
export const notice = signal<string | null>(null);

export const snapshot = computed(() => shown.value?.snapshot ?? null);
/** Another one: another graph is shown, and nothing said of the one before holds. */
export const graphId = computed(() => snapshot.value?.id ?? null);
export const annotations = computed(() => shown.value?.annotations ?? NO_ANNOTATIONS);
/** Why nothing can be computed on the graph; null when it can. */
export const unable = computed(() => snapshot.value?.unable ?? null);

// A stored threshold is the user's; else the first graph that comes says what suits it.
let thresholdIsChosen = stored !== undefined;

/** The host, by its allow-list. */
export const host = new RpcPeer<GraphView, GraphHost>(channel, {
  show: (state) => {
    take(state);
    return null;
  },
  progress: (progress) => {
    if (shown.value) shown.value = { ...shown.value, progress };
    return null;
  },
  annotate: (known) => {
    if (shown.value && unanswered === 0) shown.value = { ...shown.value, annotations: known };
    return null;
  },
  cursorAt: ({ position }) => {
    cursorPosition.value = position;
    return null;
  },
  file: (file) => {
    if (shown.value) shown.value = { ...shown.value, file };
    return null;
  },
});

/** Asks for everything. */
export async function start(): Promise<void> {
  try {
    // Without a time limit: a large file takes its time.
    take(await host.call('start', null, 0));
  } catch (error) {
    problem.value = messageOf(error);
  }
}

/** Changes what is seen. */
export function update(change: Partial<View>): void {
  if (change.threshold !== undefined) thresholdIsChosen = true;
  view.value = { ...view.value, ...change };
  storeState({ version: 1, ...view.value } satisfies GraphPanelState);
}

/**
 * Asks the host for something; a failure is shown. Without a time limit: the host may ask the user.
 * @param done - what is said then, or null; of the answer where it is a function
 */
export function ask<T>(call: Promise<T>, done: string | null | ((answer: T) => string | null) = null): void {
  problem.value = null;
  notice.value = null;
  call.then(
    (answer) => {
      notice.value = typeof done === 'function' ? done(answer) : done;
    },
    (error: unknown) => {
      problem.value = messageOf(error);
    },
  );
}

/** Edits that the host has not answered: what it says meanwhile, it said before it knew of them. */
let unanswered = 0;

/**
 * Makes an edit at once and tells the host; when that fails the old state comes back, unless another graph is shown by then.
 * Null changes nothing.
 */
export function edit(made: Edit | null): void {
  const before = shown.value;
  if (!made || !before?.snapshot) return;
  const { id } = before.snapshot;
  shown.value = { ...before, annotations: made.annotations };
  notice.value = `${made.what}.`;
  unanswered++;
  host
    .call('edit', { snapshot: id, ...made })
    .catch((error: unknown) => {
      problem.value = messageOf(error);
      if (shown.value && graphId.value === id)
        shown.value = { ...shown.value, annotations: before.annotations };
    })
    .finally(() => {
      unanswered--;
    });
}

export function undo(): void {
  ask(host.call('undo', null));
}

export function redo(): void {
  ask(host.call('redo', null));
}

function take(state: GraphShown): void {
  const isFirst = snapshot.value === null;
  const isEdited = unanswered > 0 && state.snapshot?.id === snapshot.value?.id;
  shown.value = isEdited ? { ...state, annotations: annotations.value } : state;
  if (state.snapshot && isFirst && !thresholdIsChosen)
    view.value = { ...view.value, threshold: firstThreshold(state.snapshot.nodes) };
}
