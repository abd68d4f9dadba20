/** Finding sheets and runs by their references. Pure. */
import type { RunResult } from '../../protocol/experiments';
import type { RunRef, Sheet } from '../../protocol/heatmapPanel';

/** The tab to show: the wanted one, the first of its sheet, or the first of all; null when there are no sheets. */
export function frontOf(sheets: readonly Sheet[], wanted: RunRef | null): RunRef | null {
  const sheet = sheets.find(({ id }) => id === wanted?.sheet) ?? sheets[0];
  if (!sheet) return null;
  const run = sheet.runs.find(({ name }) => name === wanted?.run) ?? sheet.runs[0];
  return { sheet: sheet.id, run: run?.name ?? '' };
}

/** The run behind a reference; undefined when it is not there, or not yet. */
export function runOf(sheets: readonly Sheet[], ref: RunRef | null): RunResult | undefined {
  return sheets.find(({ id }) => id === ref?.sheet)?.runs.find(({ name }) => name === ref?.run);
}

export function sameRun(a: RunRef | null, b: RunRef | null): boolean {
  return a !== null && a.sheet === b?.sheet && a.run === b.run;
}
