/** State of the heatmap panel and its talk with the host. Navigation is stored; the results are the host's. */
import { computed, signal } from '@preact/signals';
import { runNamed } from '../../protocol/experimentRuns';
import type { RunResult } from '../../protocol/experiments';
import { readHeatmapState, withRun } from '../../protocol/heatmapPanel';
import type { HeatmapHost, HeatmapState, HeatmapView, RunRef, Sheet } from '../../protocol/heatmapPanel';
import type { Unit } from '../../protocol/normalise';
import { RpcPeer } from '../../protocol/rpc';
import { messageOf } from '../lib/failure';
import { channel, storedState, storeState } from '../lib/host';
import { frontOf, runOf, sameRun } from './front';
import { firstChoice, planeOf } from './plane';
import type { PlaneChoice } from './plane';
import { incomparable, read, sharedUnits, usualUnit } from './reading';
import type { Reading } from './reading';

/** What the user chose to see; kept over a reload. */
export type View = Pick<HeatmapState, 'front' | 'other' | 'unit' | 'rows' | 'columns' | 'table' | 'numbers'>;

const stored = readHeatmapState(storedState());

export const sheets = signal<readonly Sheet[]>([]);
export const started = signal(false);
export const view = signal<View>(
  stored ?? {
    front: null,
    other: null,
    unit: null,
    rows: 'natural',
    columns: 'natural',
    table: false,
    numbers: false,
  },
);
/** Axes that are shown and what is seen of the others; begins anew with every run. */
export const axesChoice = signal<Pick<PlaneChoice, 'rowAxis' | 'columnAxis' | 'holds'> | null>(null);
/** What went wrong with the last thing asked for. */
export const problem = signal<string | null>(null);
/** What was done that is not seen otherwise. */
export const notice = signal<string | null>(null);

/** The host, by its allow-list. */
export const host = new RpcPeer<HeatmapView, HeatmapHost>(channel, {
  showSheets: ({ sheets: known, front }) => {
    sheets.value = known;
    const sheet = known.find(({ id }) => id === front);
    if (sheet && view.value.front?.sheet !== front) show({ sheet: sheet.id, run: sheet.runs[0]?.name ?? '' });
    keep();
    return null;
  },
  showRun: ({ sheet, run }) => {
    sheets.value = sheets.value.map((known) => (known.id === sheet ? withRun(known, run) : known));
    return null;
  },
});

/** The tab in front; null as long as there is no sheet. */
export const front = computed<RunRef | null>(() => frontOf(sheets.value, view.value.front));
export const frontSheet = computed(() => sheets.value.find(({ id }) => id === front.value?.sheet));
export const frontRun = computed(() => runOf(sheets.value, front.value));
/** What is asked for by the run in front, as far as it is known. */
export const frontSpec = computed(() => {
  const spec = frontSheet.value?.spec;
  return spec && frontRun.value ? runNamed(spec, frontRun.value.name) : undefined;
});
/** The run that is subtracted, or why it cannot be. */
export const otherRun = computed<RunResult | string | null>(() => {
  const { other } = view.value;
  const run = frontRun.value;
  if (!other || !run || sameRun(other, front.value)) return null;
  const found = runOf(sheets.value, other);
  return found ? (incomparable(run, found) ?? found) : null;
});

/** The numbers that are shown; null for a run without a grid. */
export const reading = computed<Reading | null>(() => {
  const run = frontRun.value;
  if (!run || run.axes.length === 0) return null;
  const other = typeof otherRun.value === 'string' ? null : otherRun.value;
  const units = sharedUnits(run, other);
  const wanted = view.value.unit as Unit | null;
  const unit = wanted !== null && units.includes(wanted) ? wanted : usualUnit(run, units);
  return read(run, other, unit);
});

export const plane = computed(() => {
  const shown = reading.value;
  if (!shown) return null;
  const { rows: rowOrder, columns: columnOrder } = view.value;
  const usual = firstChoice(shown.run.axes.length);
  const choice = axesChoice.value?.holds.length === usual.holds.length ? axesChoice.value : {};
  return planeOf(shown, { ...usual, ...choice, rowOrder, columnOrder });
});

/** Asks for everything. */
export async function start(): Promise<void> {
  try {
    const answer = await host.call('start', null);
    sheets.value = answer.sheets;
    const other = answer.sheets.find(({ id }) => id === answer.other);
    if (other && !stored) compareWith(other);
    started.value = true;
    keep();
  } catch (error) {
    problem.value = messageOf(error);
  }
}

/** Brings a tab to front. */
export function show(run: RunRef): void {
  axesChoice.value = null;
  update({ front: run });
}

/** Changes what is seen. */
export function update(change: Partial<View>): void {
  view.value = { ...view.value, ...change };
  keep();
}

/** Subtracts a run of this sheet: of the same name, or the first with the same axes, or the first. */
export function compareWith(sheet: Sheet): void {
  const run = frontRun.value;
  const chosen =
    sheet.runs.find(({ name }) => name === run?.name) ??
    sheet.runs.find((other) => run && incomparable(run, other) === null) ??
    sheet.runs[0];
  if (chosen) update({ other: { sheet: sheet.id, run: chosen.name } });
}

/** Asks the host for something that has no answer to show; a failure is shown. */
export function ask(call: Promise<unknown>, done: string | null = null): void {
  problem.value = null;
  notice.value = null;
  call.then(
    () => {
      notice.value = done;
    },
    (error: unknown) => {
      problem.value = messageOf(error);
    },
  );
}

function keep(): void {
  if (sheets.value.length === 0) return;
  storeState({
    version: 1,
    ...view.value,
    sheets: sheets.value.map(({ id, title, origin }) => ({ id, title, origin })),
  } satisfies HeatmapState);
}
