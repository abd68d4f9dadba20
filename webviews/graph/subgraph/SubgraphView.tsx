import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Edit } from '../model/annotations';
import { leftWords } from './circuit';
import type { Box } from './circuit';
import { Drawing } from './Drawing';
import type { Figure } from './figure';
import { move, moved } from './moves';
import { SubgraphBar } from './SubgraphBar';
import type { BoxId, SubgraphProps } from './types';
import { useCircuit, useFigure } from './useCircuit';
import { useDrag } from './useDrag';
import { useScale } from './useScale';
import './subgraph.css';

/** The circuit that the user assembled, laid out automatically. */
export function SubgraphView(props: SubgraphProps): VNode {
  const { snapshot, annotations, selected, select } = props;
  const [marked, setMarked] = useState<ReadonlySet<BoxId>>(new Set());
  const [renaming, setRenaming] = useState(false);
  const { adjacency, laid } = useCircuit(snapshot, annotations);
  // The sheet is as large as before a drag until the drag ends: what is dragged must not move away under the mouse.
  const still = useFigure(laid, annotations.positions);
  const { scale, isFirst, zoom, sheet } = useScale(still.view);
  const make = (edit: Edit | null): void => {
    if (edit) props.edit(edit.what, edit.annotations);
  };
  const { drag, draggable } = useDrag(
    scale,
    ({ ids, by }) => {
      make(move(still, annotations, ids, by));
    },
    (id, event) => {
      const isBox = laid.circuit.boxes.some((box) => box.id === id);
      if (isBox && (event.shiftKey || event.ctrlKey || event.metaKey)) setMarked(toggled(marked, id));
      else select(id);
    },
  );
  const positions = drag ? moved(still, annotations, drag.ids, drag.by) : annotations.positions;
  const figure = useFigure(laid, positions);
  const { circuit } = laid;
  const node = snapshot.nodes.findIndex(({ id }) => id === selected);
  const box = selectedBox(figure, node, selected);
  const frame = circuit.frames.find(({ id }) => id === selected);
  const group = frame?.group ?? (box?.kind === 'group' ? box.group : null);
  if (circuit.boxes.length === 0) return <Empty missing={circuit.missing.length} />;
  return (
    <section class="subgraph" aria-label="Subgraph">
      <SubgraphBar
        {...{
          snapshot,
          annotations,
          adjacency,
          circuit,
          box,
          group,
          renaming,
          setRenaming,
          make,
          select,
          zoom,
        }}
        marked={circuit.boxes.filter(({ id }) => marked.has(id))}
        unmark={() => {
          setMarked(new Set());
        }}
      />
      <div class="sheet" ref={sheet}>
        <Drawing
          {...props}
          {...{ figure, scale, isFirst, box, draggable, marked, make }}
          view={still.view}
          frame={frame?.id ?? null}
          rename={() => {
            setRenaming(true);
          }}
        />
      </div>
      <Remarks figure={figure} left={leftWords(circuit)} missing={circuit.missing.length} />
    </section>
  );
}

/** The box of a node also when it is inside of a collapsed group. */
function selectedBox({ boxes }: Figure, node: number, id: BoxId | null): Box | null {
  return boxes.find(({ box }) => box.id === id || box.members.includes(node))?.box ?? null;
}

function toggled(marked: ReadonlySet<BoxId>, id: BoxId): ReadonlySet<BoxId> {
  const next = new Set(marked);
  if (!next.delete(id)) next.add(id);
  return next;
}

function Empty({ missing }: { readonly missing: number }): VNode {
  return (
    <section class="subgraph" aria-label="Subgraph">
      <p class="empty">
        Nothing is pinned. Pin nodes in the graph or in the table, and the circuit that they make stands here.
      </p>
      <Missing count={missing} />
    </section>
  );
}

function Remarks(props: {
  readonly figure: Figure;
  readonly left: string | null;
  readonly missing: number;
}): VNode {
  const { figure, left, missing } = props;
  const weak = figure.edges.filter(({ strong }) => !strong).length;
  return (
    <>
      <p class="hint">
        An edge is as thick as its share of what its target receives; edges that lower their target are
        dashed.
        {weak > 0 &&
          ` ${weak} weaker ${weak === 1 ? 'edge is' : 'edges are'} drawn only when a box they belong to is selected.`}
      </p>
      {left !== null && <p class="hint">{left}</p>}
      <Missing count={missing} />
    </>
  );
}

/** Pins and members that pruning, or another version of the graph, took away. */
function Missing({ count }: { readonly count: number }): VNode | null {
  if (count === 0) return null;
  return (
    <p class="hint">
      {count === 1 ? 'One node that is' : `${count} nodes that are`} pinned or grouped{' '}
      {count === 1 ? 'is' : 'are'} not in the graph as it is now.
    </p>
  );
}
