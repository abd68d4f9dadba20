/** Where keyboard and mouse are on the heatmap. Kept apart from the store: it changes with every movement. */
import { computed, effect, signal } from '@preact/signals';
import type { Cell } from '../render/grid';
import { within } from './cursor';
import type { Cursor } from './cursor';
import { front, plane } from './store';

export const cursor = signal<Cursor | null>(null);
export const hover = signal<Cell | null>(null);
/** Whether the keyboard is on the heatmap, so that its cell is shown like a hover. */
export const focused = signal(false);

/** The selected rectangle's corners; null without a selection. */
export const selection = computed<readonly [Cell, Cell] | null>(() => {
  const known = cursor.value;
  return known?.anchor ? [known.anchor, known.at] : null;
});

/** Whose details are shown: the cell under the mouse, or else that of the keyboard. */
export const detailed = computed<Cell | null>(
  () => hover.value ?? (focused.value ? (cursor.value?.at ?? null) : null),
);

/** Selects rows and columns between two corners. */
export function select(anchor: Cell, at: Cell): void {
  cursor.value = { at, anchor };
}

export function clearSelection(): void {
  const known = cursor.value;
  if (known) cursor.value = { at: known.at, anchor: null };
}

let shownRun = '';

// Another run, or fewer cells: what was pointed at is gone.
effect(() => {
  const run = `${front.value?.sheet} ${front.value?.run}`;
  const extent = { rows: plane.value?.rows.length ?? 0, columns: plane.value?.columns.length ?? 0 };
  const known = cursor.peek();
  hover.value = null;
  if (run !== shownRun || extent.rows === 0) cursor.value = null;
  else if (known) {
    const at = within(known.at, extent);
    const anchor = known.anchor && within(known.anchor, extent);
    if (at.row !== known.at.row || at.column !== known.at.column) cursor.value = { at, anchor };
  }
  shownRun = run;
});
