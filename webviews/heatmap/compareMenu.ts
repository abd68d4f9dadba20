/** What the run in front can be compared with: other runs of the panel, other panels, result files. */
import type { RunRef } from '../../protocol/heatmapPanel';
import { messageOf } from '../lib/failure';
import type { MenuItem } from '../lib/Menu';
import { inert } from '../lib/inert';
import { sameRun } from './front';
import { compareWith, front, host, problem, sheets, update, view } from './store';
import { tabTitle } from './words';

export async function compareItems(): Promise<readonly MenuItem[]> {
  const others = await host.call('others', null).catch(() => []);
  return [
    ...(view.value.other ? [{ label: 'Stop comparing', run: stopComparing }] : []),
    ...ownRuns(),
    ...others.map(({ key, title }) => ({
      label: `${inert(title)} (another panel)`,
      run: () => void bring(host.call('bring', { key })),
    })),
    { label: 'A result file…', run: () => void bring(host.call('bringFile', null, 0)) },
  ];
}

export function stopComparing(): void {
  update({ other: null });
}

function ownRuns(): readonly MenuItem[] {
  return sheets.value.flatMap(({ id, title, runs }) =>
    runs.flatMap((run) => {
      const ref: RunRef = { sheet: id, run: run.name };
      if (sameRun(ref, front.value)) return [];
      const label = sheets.value.length > 1 ? `${inert(title)}: ${tabTitle(run)}` : tabTitle(run);
      const choose = (): void => {
        update({ other: ref });
      };
      return [{ label, run: choose }];
    }),
  );
}

/** Compares with a sheet that the host adds to the panel. */
async function bring(added: Promise<number | null>): Promise<void> {
  try {
    const id = await added;
    const sheet = sheets.value.find((known) => known.id === id);
    if (sheet) compareWith(sheet);
  } catch (error) {
    problem.value = messageOf(error);
  }
}
