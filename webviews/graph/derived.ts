/** What follows from the graph and how it is shown. Computed once for each change. */
import { computed } from '@preact/signals';
import type { GraphNode } from '../../protocol/graphs';
import { Adjacency } from './model/adjacency';
import { countShown, influenceRange, visibleNodes } from './model/visible';
import type { Ground } from './model/walk';
import { annotations, snapshot, view } from './store';

/** Indices of nodes by id. */
export const indexOf = computed<ReadonlyMap<string, number>>(
  () => new Map(snapshot.value?.nodes.map(({ id }, index) => [id, index])),
);

const adjacency = computed(() => {
  const graph = snapshot.value;
  return new Adjacency(graph?.nodes.length ?? 0, graph?.links ?? { sources: [], targets: [], weights: [] });
});

const pinnedIds = computed(() => annotations.value.pinned);
const pinnedSet = computed(() => new Set(pinnedIds.value));
const threshold = computed(() => view.value.threshold);
const hideErrors = computed(() => view.value.hideErrors);

/** [node]: 1 for those that are shown. */
export const visible = computed(() =>
  visibleNodes(
    snapshot.value?.nodes ?? [],
    { threshold: threshold.value, hideErrors: hideErrors.value },
    pinnedSet.value,
  ),
);
/** Nodes that are shown, ascending. */
export const visibleList = computed<readonly number[]>(() => {
  const mask = visible.value;
  return Array.from(mask.keys()).filter((node) => mask[node] === 1);
});
export const counts = computed(() =>
  countShown(visible.value, snapshot.value?.links ?? { sources: [], targets: [], weights: [] }),
);
export const range = computed(() => influenceRange(snapshot.value?.nodes ?? []));

/** What walking needs to know. */
export const ground = computed<Ground>(() => ({
  nodes: snapshot.value?.nodes ?? [],
  adjacency: adjacency.value,
  visible: visible.value,
}));

/** Pinned nodes that are in the graph. */
export const pinned = computed<ReadonlySet<number>>(() => new Set(indicesOf(pinnedIds.value)));

/** Indices of those ids that are in the graph. */
export function indicesOf(ids: readonly string[]): readonly number[] {
  return ids.flatMap((id) => indexOf.value.get(id) ?? []);
}

export function nodeAt(index: number | null): GraphNode | null {
  return index === null ? null : (snapshot.value?.nodes[index] ?? null);
}
