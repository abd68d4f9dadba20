/** What is shown of the graph, and what can be done with all of it. */
import type { VNode } from 'preact';
import type { GraphPanelState } from '../../../protocol/graphPanel';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { Button } from '../../lib/controls';
import { Menu } from '../../lib/Menu';
import type { MenuItem } from '../../lib/Menu';
import { focusOn } from '../actions';
import { exportItems } from '../exports/exportMenu';
import { helpOpen, showSide } from '../side';
import { ask, host, redo, undo, update, view } from '../store';
import { pruneOpen } from './PruneForm';
import { Search } from './Search';
import { Threshold } from './Threshold';

const VIEWS: readonly {
  readonly value: GraphPanelState['view'];
  readonly label: string;
  readonly title: string;
}[] = [
  { value: 'graph', label: 'Graph', title: 'Layers up, positions across' },
  { value: 'subgraph', label: 'Subgraph', title: 'What is pinned, with its groups as boxes' },
  { value: 'table', label: 'Table', title: 'All that is shown as a table, and inputs as a tree' },
];

export function Toolbar({ graph }: { readonly graph: GraphSnapshot }): VNode {
  return (
    <div class="toolbar" role="toolbar" aria-label="Graph">
      <span class="views">
        {VIEWS.map(({ value, label, title }) => (
          <Button
            key={value}
            title={title}
            pressed={view.value.view === value}
            onClick={() => {
              update({ view: value });
            }}
          >
            {label}
          </Button>
        ))}
      </span>
      <Search graph={graph} />
      {view.value.view !== 'subgraph' && <Filters graph={graph} />}
      <span class="buttons">
        <Button label="Undo" title="Undo (Ctrl+Z)" onClick={undo}>
          ↶
        </Button>
        <Button label="Redo" title="Redo (Ctrl+Y)" onClick={redo}>
          ↷
        </Button>
        <Button
          title="Saves the graph with pins, groups and notes"
          onClick={() => {
            ask(host.call('saveGraph', null, 0), 'Saved.');
          }}
        >
          Save
        </Button>
        <span class="roomy">
          <Button title="Prune again with other thresholds" onClick={openPruning}>
            Prune…
          </Button>
          <Button title="Compare edges with interventions" onClick={openTests}>
            Verify…
          </Button>
        </span>
        <Menu label="Export…" items={() => exportItems(graph)} />
        <Menu label="More…" items={moreItems} />
      </span>
    </div>
  );
}

/** What the subgraph does not ask: it shows what is pinned. */
function Filters({ graph }: { readonly graph: GraphSnapshot }): VNode {
  return (
    <>
      <Threshold graph={graph} />
      <label class="field">
        <input
          type="checkbox"
          checked={view.value.hideErrors}
          onChange={({ currentTarget }) => {
            update({ hideErrors: currentTarget.checked });
          }}
        />
        <span title="Errors are what the dictionaries leave out of each layer">Hide errors</span>
      </label>
    </>
  );
}

function openPruning(): void {
  pruneOpen.value = true;
}

function openTests(): void {
  showSide('tests');
  focusOn.verify();
}

function moreItems(): readonly MenuItem[] {
  const asked = (label: string, call: () => Promise<unknown>, done: string | null = null): MenuItem => ({
    label,
    run: () => {
      ask(call(), done);
    },
  });
  return [
    { label: 'Prune again…', run: openPruning },
    { label: 'Verify edges…', run: openTests },
    asked('Build again…', () => host.call('again', null, 0)),
    asked('Load labels from a file…', () => host.call('loadLabels', null, 0)),
    asked('Move to the side bar', () => host.call('move', { to: 'sideBar' }, 0)),
    asked('Move to an editor', () => host.call('move', { to: 'editor' }, 0)),
    {
      label: 'Keys',
      run: () => {
        helpOpen.value = true;
      },
    },
  ];
}
