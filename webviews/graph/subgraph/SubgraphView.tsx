import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { theme } from '../../lib/theme';
import type { Box as Rectangle } from '../../render/surface';
import { setCollapsed, unpin } from '../model/annotations';
import type { Edit } from '../model/annotations';
import { BoxView, EdgeLabel, EdgeView, FrameView } from './BoxView';
import type { Box } from './circuit';
import type { Figure } from './figure';
import { WEAK } from './figure';
import { move, moved } from './moves';
import { spokenBox } from './spoken';
import { titleShapes } from './shapes';
import { ShapesView } from './ShapesView';
import { isArrow, readingOrder, stepFrom } from './steps';
import type { Trail } from './steps';
import { SubgraphBar } from './SubgraphBar';
import type { BoxId, SubgraphProps } from './types';
import { useCircuit } from './useCircuit';
import { useDrag } from './useDrag';
import type { Drag } from './useDrag';
import { useScale } from './useScale';
import './subgraph.css';

/** The circuit that the user assembled, laid out automatically. */
export function SubgraphView(props: SubgraphProps): VNode {
  const { snapshot, annotations, selected, select } = props;
  const [marked, setMarked] = useState<ReadonlySet<BoxId>>(new Set());
  const [renaming, setRenaming] = useState(false);
  const still = useCircuit(snapshot, annotations, annotations.positions);
  const { scale, zoom, sheet } = useScale(still.figure.view);
  const make = (edit: Edit | null): void => {
    if (edit) props.edit(edit.what, edit.annotations);
  };
  const { drag, draggable } = useDrag(
    scale,
    ({ ids, by }: Drag) => {
      make(move(still.figure, annotations, ids, by));
    },
    (ids, event) => {
      const [id] = ids;
      if (id === undefined) return;
      const several = event.shiftKey || event.ctrlKey || event.metaKey;
      if (several && ids.length === 1) setMarked(toggled(marked, id));
      else select(frameOf(still.figure, ids) ?? id);
    },
  );
  const positions = drag ? moved(still.figure, annotations, drag.ids, drag.by) : annotations.positions;
  const { adjacency, laid, figure } = useCircuit(snapshot, annotations, positions);
  const { circuit } = laid;
  const box = selectedBox(
    figure,
    snapshot.nodes.findIndex(({ id }) => id === selected),
    selected,
  );
  const frame = circuit.frames.find(({ id }) => id === selected);
  const group = frame?.group ?? (box?.kind === 'group' ? box.group : null);
  if (circuit.boxes.length === 0) return <Empty missing={circuit.missing.length} />;
  return (
    <section class="subgraph" aria-label="Subgraph">
      <SubgraphBar
        {...{ snapshot, annotations, adjacency, circuit, box, group, renaming, setRenaming, make, zoom }}
        marked={circuit.boxes.filter(({ id }) => marked.has(id))}
        unmark={() => {
          setMarked(new Set());
        }}
      />
      <div class="sheet" ref={sheet}>
        <Drawing
          {...props}
          {...{ figure, scale, box, draggable, marked, make }}
          view={still.figure.view}
          frame={frame?.id ?? null}
          rename={() => {
            setRenaming(true);
          }}
        />
      </div>
      <Remarks figure={figure} missing={circuit.missing.length} />
    </section>
  );
}

/** The box of a node also when it is inside of a collapsed group. */
function selectedBox({ boxes }: Figure, node: number, id: BoxId | null): Box | null {
  return boxes.find(({ box }) => box.id === id || box.members.includes(node))?.box ?? null;
}

/** The frame whose boxes these are; undefined for a single box. */
function frameOf({ frames }: Figure, ids: readonly BoxId[]): BoxId | undefined {
  return frames.find(({ frame }) => frame.boxes === ids)?.frame.id;
}

function toggled(marked: ReadonlySet<BoxId>, id: BoxId): ReadonlySet<BoxId> {
  const next = new Set(marked);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface DrawingProps extends SubgraphProps {
  readonly figure: Figure;
  readonly view: Rectangle;
  readonly scale: number;
  readonly box: Box | null;
  readonly frame: BoxId | null;
  readonly marked: ReadonlySet<BoxId>;
  readonly draggable: ReturnType<typeof useDrag>['draggable'];
  readonly make: (edit: Edit | null) => void;
  readonly rename: () => void;
}

/** Alt with an arrow moves a box so far. */
const NUDGE = 12;

function Drawing(props: DrawingProps): VNode {
  const { snapshot, annotations, figure, view, scale, box, marked, draggable, make } = props;
  const root = useRef<SVGSVGElement>(null);
  const [trail, setTrail] = useState<Trail | null>(null);
  const wanted = useRef<BoxId | null>(null);
  useLayoutEffect(() => {
    if (wanted.current !== null) focusBox(root.current, wanted.current);
    wanted.current = null;
  });
  const order = readingOrder(figure);
  const reachable = box?.id ?? order[0];
  const toggleGroup = (name: string): void => {
    const collapsed = annotations.groups.find((one) => one.name === name)?.collapsed ?? false;
    make(setCollapsed(annotations, name, !collapsed));
  };
  const enter = (target: Box): void => {
    if (target.kind === 'group') toggleGroup(target.group ?? '');
    else props.open(target.id);
  };
  const onKeyDown = (target: Box, event: KeyboardEvent): void => {
    const { key } = event;
    if (isArrow(key) && event.altKey) {
      make(move(figure, annotations, [target.id], nudge(key)));
      wanted.current = target.id;
    } else if (isArrow(key)) {
      const step = stepFrom(figure, target.id, trail, key);
      if (step) {
        setTrail(step.trail);
        wanted.current = step.to;
        props.select(step.to);
      }
    } else if (key === 'Enter') enter(target);
    else if (key === ' ') props.select(target.id);
    else if (key === 'F2' && target.kind === 'group') {
      props.select(target.id);
      props.rename();
    } else if (key === 'Delete' && target.kind !== 'group') make(unpin(annotations, [target.id]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const asked = new Set(
    figure.edges.filter(({ edge }) => box && (edge.source === box.id || edge.target === box.id)),
  );
  const drawn = figure.edges.filter((edge) => asked.has(edge) || Math.abs(edge.edge.weight) >= WEAK);
  const byId = new Map(figure.boxes.map((each) => [each.box.id, each]));
  const look = theme.value;
  return (
    <svg
      ref={root}
      role="group"
      aria-label="Circuit. Up and down follow the strongest edge, left and right choose another."
      width={view.width * scale}
      height={view.height * scale}
      viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
    >
      {figure.frames.map((frame) => (
        <FrameView
          key={frame.frame.id}
          figure={frame}
          theme={look}
          selected={frame.frame.id === props.frame}
          draggable={draggable(frame.frame.boxes)}
          onDblClick={() => {
            toggleGroup(frame.frame.group);
          }}
          onKeyDown={(event) => {
            if (event.key === ' ') props.select(frame.frame.id);
            else if (event.key === 'Enter') toggleGroup(frame.frame.group);
            else if (event.key === 'F2') {
              props.select(frame.frame.id);
              props.rename();
            } else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      ))}
      {drawn.toReversed().map((edge) => (
        <EdgeView
          key={`${edge.edge.source}\n${edge.edge.target}`}
          figure={edge}
          faint={box !== null && !asked.has(edge)}
        />
      ))}
      {figure.frames.map((frame) => (
        <g key={frame.frame.id} class="title">
          <ShapesView shapes={titleShapes(frame, look)} />
        </g>
      ))}
      {order.map((id) => {
        const each = byId.get(id)!;
        return (
          <BoxView
            key={id}
            figure={each}
            theme={look}
            marks={{ selected: each.box === box, marked: marked.has(id), reachable: id === reachable }}
            label={spokenBox(each.box, figure, snapshot)}
            draggable={draggable([id])}
            onKeyDown={(event) => {
              onKeyDown(each.box, event);
            }}
            onDblClick={() => {
              enter(each.box);
            }}
          />
        );
      })}
      {[...asked].map((edge) => (
        <EdgeLabel
          key={`${edge.edge.source}\n${edge.edge.target}`}
          figure={edge}
          theme={look}
          about={box?.id ?? null}
        />
      ))}
    </svg>
  );
}

function nudge(key: string): { readonly x: number; readonly y: number } {
  const x = { ArrowLeft: -NUDGE, ArrowRight: NUDGE }[key] ?? 0;
  const y = { ArrowUp: -NUDGE, ArrowDown: NUDGE }[key] ?? 0;
  return { x, y };
}

/** By comparison, not by a selector: ids of files may hold anything. */
function focusBox(root: SVGSVGElement | null, id: BoxId): void {
  const boxes = [...(root?.querySelectorAll<SVGGElement>('[data-box]') ?? [])];
  boxes.find((element) => element.dataset['box'] === id)?.focus();
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

function Remarks({ figure, missing }: { readonly figure: Figure; readonly missing: number }): VNode {
  const weak = figure.edges.filter(({ edge }) => Math.abs(edge.weight) < WEAK).length;
  return (
    <>
      <p class="hint">
        An edge is as thick as its share of what its target receives; edges that lower their target are
        dashed.
        {weak > 0 &&
          ` ${weak} ${weak === 1 ? 'edge' : 'edges'} of less than 1% appear with the box they belong to.`}
      </p>
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
