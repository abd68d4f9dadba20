/** The graph as a picture, as a subgraph or as a table. */
import { useEffect, useMemo } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { Button } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { goTo, open, perform, toggleChosen } from '../actions';
import { counts, indexOf, indicesOf, nodeAt, pinned, visibleList } from '../derived';
import { GraphCanvas } from '../GraphCanvas';
import { actionOf } from '../keys';
import { tipWords } from '../model/words';
import { NO_PATH } from '../picture';
import type { PicturePath } from '../picture';
import { pictureControl } from '../pictureControl';
import { chosenIndices, hovered, path, select, selectBox, selected, selectedGroup } from '../selection';
import { annotations, cursorPosition, edit, snapshot, update, view } from '../store';
import { SubgraphView } from '../subgraph/SubgraphView';
import { TableView } from '../table/TableView';

export function MainArea({ graph }: { readonly graph: GraphSnapshot }): VNode {
  if (view.value.view === 'subgraph')
    return (
      <SubgraphView
        snapshot={graph}
        annotations={annotations.value}
        selected={view.value.selected}
        edit={(what, changed) => {
          edit({ what, annotations: changed });
        }}
        select={selectBox}
        open={(id) => {
          const index = indexOf.value.get(id);
          if (index !== undefined) open(index);
        }}
      />
    );
  if (view.value.view === 'table') return <TableView graph={graph} />;
  return <Picture graph={graph} />;
}

function Picture({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const at = selected.value;
  const { groups: known } = annotations.value;
  const groups = useMemo(
    () => known.map(({ name, members }) => ({ name: inert(name), members: indicesOf(members) })),
    [known, graph],
  );
  const found = path.value;
  const group = selectedGroup.value;
  const shownPath = useMemo<PicturePath>(() => {
    if (found) return { nodes: found.nodes, edges: found.links };
    return group ? { nodes: indicesOf(group.members), edges: [] } : NO_PATH;
  }, [found, group, graph]);
  useEffect(() => {
    if (at !== null) pictureControl.current?.reveal(at);
  }, [at]);
  return (
    <div class="picture-area">
      <GraphCanvas
        snapshot={graph}
        visible={visibleList.value}
        selected={at}
        hovered={hovered.value}
        pinned={pinned.value}
        chosen={chosenIndices.value}
        groups={groups}
        path={shownPath}
        cursorPosition={cursorPosition.value}
        label="Graph of features. Arrows walk along edges and layers, P pins, question mark lists all keys."
        tip={tip}
        onSelect={select}
        onHover={setHovered}
        onChoose={toggleChosen}
        onOpen={open}
        onGoTo={goTo}
        onKey={onKey}
        control={pictureControl}
      />
      <ZoomButtons />
      {counts.value.nodes === 0 && <p class="nothing">No node is shown. Raise the influence to show some.</p>}
      {!graph.nodes.some(({ kind }) => kind === 'feature') && graph.state !== 'building' && (
        <NoFeatures graph={graph} />
      )}
    </div>
  );
}

function tip(index: number): string {
  const graph = snapshot.value;
  const node = nodeAt(index);
  return graph && node ? tipWords(node, graph) : '';
}

function setHovered(node: number | null): void {
  hovered.value = node;
}

/** The panel's keys come before the picture's own. */
function onKey(event: KeyboardEvent): boolean {
  const action = actionOf(event, true);
  if (action === undefined) return false;
  perform(action);
  return true;
}

function ZoomButtons(): VNode {
  return (
    <div class="zoom-buttons">
      <Button label="Nearer" title="Nearer (+)" onClick={() => pictureControl.current?.zoom(1.3)}>
        +
      </Button>
      <Button label="Farther" title="Farther (−)" onClick={() => pictureControl.current?.zoom(1 / 1.3)}>
        −
      </Button>
      <Button title="Show the whole graph (0)" onClick={() => pictureControl.current?.fit()}>
        Fit
      </Button>
    </div>
  );
}

/** Nothing was found that explains anything: the warnings say why. */
function NoFeatures({ graph }: { readonly graph: GraphSnapshot }): VNode {
  return (
    <div class="nothing" role="status">
      <p>This graph has no features: there is nothing to explain with.</p>
      {graph.warnings.map((warning, i) => (
        <p key={i}>{inert(warning)}</p>
      ))}
      {view.value.hideErrors && (
        <Button
          onClick={() => {
            update({ hideErrors: false });
          }}
        >
          Show Errors
        </Button>
      )}
    </div>
  );
}
