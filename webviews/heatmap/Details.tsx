/** The cell or region that is chosen, and what can be run of it next. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import type { LoadedDictionary } from '../../protocol/heatmapPanel';
import { Button } from '../lib/controls';
import { goToCell } from './actions';
import { within } from './cursor';
import { isPositional } from './places';
import type { Plane } from './plane';
import type { Reading } from './reading';
import { REFINEMENTS } from './refineFocus';
import { refinements } from './refinements';
import type { Refinement } from './refinements';
import { regionOf, regionWords } from './region';
import { clearSelection, cursor, selection } from './selection';
import { ask, frontSheet, frontSpec, host } from './store';

const dictionaries = signal<readonly LoadedDictionary[]>([]);

export function Details({ reading, plane }: { readonly reading: Reading; readonly plane: Plane }): VNode {
  const known = cursor.value;
  const { run } = reading;
  useEffect(() => {
    // Without them there is only less to choose from.
    host.call('dictionaries', null).then(
      (loaded) => {
        dictionaries.value = loaded;
      },
      () => undefined,
    );
  }, [run.name, run.state]);
  const extent = { rows: plane.rows.length, columns: plane.columns.length };
  if (!known)
    return (
      <p class="details hint">
        Point at a cell for its numbers. Click it to go to its token; drag over cells, or use Shift and the
        arrow keys, to choose a region and refine it.
      </p>
    );
  const at = within(known.at, extent);
  const corners = [known.anchor ? within(known.anchor, extent) : at, at] as const;
  const region = regionOf(run, plane, corners);
  const offered = refinements(run, frontSpec.value, region, dictionaries.value);
  const hasPosition = run.axes.some(isPositional);
  return (
    <section class="details" aria-label="Chosen cells">
      <p>
        <strong>{known.anchor ? 'Region' : 'Cell'}:</strong> {regionWords(run, region)}
      </p>
      <div class="buttons">
        {!known.anchor && hasPosition && (
          <Button
            onClick={() => {
              goToCell(plane.indexAt(at.row, at.column));
            }}
          >
            Go to Token
          </Button>
        )}
        {selection.value && <Button onClick={clearSelection}>Clear Selection</Button>}
      </div>
      <RefinementList offered={offered} />
    </section>
  );
}

function RefinementList({ offered }: { readonly offered: readonly Refinement[] }): VNode | null {
  if (!frontSpec.value) return <p class="hint">It can be refined when the run has ended.</p>;
  if (offered.length === 0) return null;
  return (
    <div id={REFINEMENTS} class="buttons" role="group" aria-label="Refine">
      <span>Refine:</span>
      {offered.map((refinement) => (
        <Button
          key={refinement.title}
          onClick={() => {
            refine(refinement);
          }}
        >
          {refinement.title}
        </Button>
      ))}
    </div>
  );
}

function refine({ title, runs }: Refinement): void {
  const sheet = frontSheet.value;
  if (sheet) ask(host.call('refine', { sheet: sheet.id, title, runs }));
}
