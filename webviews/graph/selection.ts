/** Where the user is in the graph: the selected box, the walk that led there, what is chosen, and a path. */
import { computed, effect, signal } from '@preact/signals';
import { groupKey } from './model/annotations';
import { groupOfKey } from './model/groups';
import { pathsBetween } from './model/paths';
import { shownEdges, startNode, step } from './model/walk';
import type { Move, Walk } from './model/walk';
import { nodeName, spokenNode } from './model/words';
import { ground, indexOf, indicesOf, nodeAt, visible } from './derived';
import { showSide } from './side';
import { annotations, graphId, notice, snapshot, update, view } from './store';

/** How many steps can be taken back. */
const LONGEST_TRAIL = 200;

export const hovered = signal<number | null>(null);
/** Nodes that actions on several are for; a part of the pinned ones. */
const chosenIds = signal<ReadonlySet<string>>(new Set());
/** What a screen reader says. */
export const spoken = signal('');
const from = signal<Walk['from']>(null);
const trail = signal<readonly number[]>([]);
const selectedId = computed(() => view.value.selected);

/** The selected node; null when there is none, or a group is selected. */
export const selected = computed(() => {
  const id = selectedId.value;
  return id === null ? null : (indexOf.value.get(id) ?? null);
});
export const selectedGroup = computed(() => groupOfKey(annotations.value, selectedId.value));

/** Ids of chosen nodes that are still pinned, in the order of the pins. */
export const chosen = computed(() => annotations.value.pinned.filter((id) => chosenIds.value.has(id)));

/** Their indices. */
export const chosenIndices = computed<ReadonlySet<number>>(() => new Set(indicesOf(chosen.value)));

// Nodes are numbers here, and another snapshot numbers them anew.
effect(() => {
  if (snapshot.value) reset();
});

function reset(): void {
  hovered.value = null;
  from.value = null;
  trail.value = [];
}

/** Selects a node. */
export function select(node: number | null): void {
  from.value = null;
  go(node);
}

/** Selects a node and, where the filter hides it, shows more until it is there. */
export function selectShown(node: number): void {
  const known = nodeAt(node);
  if (!known) return;
  if (visible.value[node] !== 1)
    update({
      threshold: Math.max(view.value.threshold, known.influence ?? 0),
      hideErrors: view.value.hideErrors && known.kind !== 'error',
    });
  select(node);
}

/** Selects a box of the subgraph: a node's id or a group's key. */
export function selectBox(box: string | null): void {
  if (box === null || indexOf.value.has(box)) select(box === null ? null : indexOf.value.get(box)!);
  else {
    update({ selected: box });
    showSide('node');
    const group = groupOfKey(annotations.value, box);
    const count = group?.members.length;
    if (group) spoken.value = `group ${group.name}, ${count} ${count === 1 ? 'node' : 'nodes'}`;
  }
}

export function selectGroup(name: string): void {
  selectBox(groupKey(name));
}

/** One step by keys. The first one selects where to begin. */
export function move(kind: Move): void {
  const at = selected.value;
  if (at === null) {
    select(startNode(ground.value) ?? null);
    return;
  }
  const next = step(ground.value, { at, from: from.value }, kind);
  if (next === null) {
    spoken.value = 'Nothing there.';
    return;
  }
  go(next.at);
  from.value = next.from;
}

/** Back to the node before. */
export function back(): void {
  const last = trail.value.at(-1);
  if (last === undefined) return;
  const rest = trail.value.slice(0, -1);
  select(last);
  trail.value = rest;
}

export function choose(id: string, isChosen: boolean): void {
  const next = new Set(chosenIds.value);
  if (isChosen) next.add(id);
  else next.delete(id);
  chosenIds.value = next;
}

export function chooseOnly(ids: readonly string[]): void {
  chosenIds.value = new Set(ids);
}

function go(node: number | null): void {
  const before = selected.value;
  if (node !== null) showSide('node');
  if (before !== null && before !== node) trail.value = [...trail.value, before].slice(-LONGEST_TRAIL);
  update({ selected: nodeAt(node)?.id ?? null });
  spoken.value = node === null ? '' : words(node);
}

function words(index: number): string {
  const graph = snapshot.value;
  const node = nodeAt(index);
  if (!graph || !node) return '';
  const inputs = shownEdges(ground.value, index, 'inputs');
  const strongest = inputs[0] ? nodeName(graph.nodes[inputs[0].node]!, graph) : null;
  return spokenNode(node, graph, inputs.length, strongest);
}

/** The ends of a path, by ids, and how weak other paths may be. */
export interface PathChoice {
  readonly start: string;
  readonly end: string | null;
  /** Share of the strongest path's strength. */
  readonly least: number;
}

export const pathChoice = signal<PathChoice | null>(null);

effect(() => {
  if (graphId.value === null) return;
  chosenIds.value = new Set();
  pathChoice.value = null;
});

/** A quarter as strong: the alternatives that matter, not the crowd. */
const FIRST_LEAST = 0.25;

/** The path between the two ends, whichever way it leads; null when none does through nodes that are shown. */
export const path = computed(() => {
  const choice = pathChoice.value;
  if (!choice || choice.end === null) return null;
  const [one, other] = indicesOf([choice.start, choice.end]);
  if (one === undefined || other === undefined) return null;
  const { adjacency } = ground.value;
  return (
    pathsBetween(adjacency, visible.value, one, other, choice.least) ??
    pathsBetween(adjacency, visible.value, other, one, choice.least)
  );
});

/** The first time marks where a path begins, the second time where it ends. */
export function pathHere(): void {
  const id = nodeAt(selected.value)?.id;
  if (id === undefined) return;
  const choice = pathChoice.value;
  if (choice && choice.end === null && choice.start !== id) {
    pathChoice.value = { ...choice, end: id };
    notice.value = null;
  } else {
    pathChoice.value = { start: id, end: null, least: choice?.least ?? FIRST_LEAST };
    notice.value = 'Select the other end of the path and say Path to Here.';
  }
}
