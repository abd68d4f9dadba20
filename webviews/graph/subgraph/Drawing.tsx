/** The circuit as a drawing whose boxes can be reached by mouse and keys. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { theme } from '../../lib/theme';
import type { Box as Rectangle } from '../../render/surface';
import { setCollapsed, unpin } from '../model/annotations';
import type { Edit } from '../model/annotations';
import { BoxView, EdgeLabel, EdgeView, FrameView } from './BoxView';
import type { Box } from './circuit';
import type { EdgeFigure, Figure } from './figure';
import { move } from './moves';
import { titleShapes } from './shapes';
import { ShapesView } from './ShapesView';
import { spokenBox } from './spoken';
import { isArrow, readingOrder, stepFrom } from './steps';
import type { Trail } from './steps';
import type { BoxId, SubgraphProps } from './types';
import type { MakeDraggable } from './useDrag';

interface DrawingProps extends SubgraphProps {
  readonly figure: Figure;
  /** The part of the plane that is shown. */
  readonly view: Rectangle;
  readonly scale: number;
  /** Whether the user has not zoomed yet. */
  readonly isFirst: boolean;
  readonly box: Box | null;
  readonly frame: BoxId | null;
  readonly marked: ReadonlySet<BoxId>;
  readonly draggable: MakeDraggable;
  readonly make: (edit: Edit | null) => void;
  readonly rename: () => void;
}

export function Drawing(props: DrawingProps): VNode {
  const { snapshot, figure, view, scale, box, marked, draggable } = props;
  const root = useRef<SVGSVGElement>(null);
  const order = readingOrder(figure);
  const keys = useKeys(props, root);
  const first = order[0];
  useReveal(root, box?.id ?? props.frame, scale);
  useFirstLook(
    root,
    props.isFirst && !box && props.frame === null ? outputOf(figure, snapshot) : null,
    scale,
  );
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
      {figure.frames.map((each) => (
        <FrameView
          key={each.frame.id}
          figure={each}
          theme={look}
          selected={each.frame.id === props.frame}
          draggable={draggable(each.frame.id, each.frame.boxes)}
          onDblClick={() => {
            toggleGroup(props, each.frame.group);
          }}
          onKeyDown={(event) => {
            onFrameKey(props, each.frame.id, each.frame.group, event);
          }}
        />
      ))}
      <Edges {...props} />
      {figure.frames.map((each) => (
        <g key={each.frame.id} class="title">
          <ShapesView shapes={titleShapes(each, look)} />
        </g>
      ))}
      {order.map((id) => {
        const each = byId.get(id)!;
        return (
          <BoxView
            key={id}
            figure={each}
            theme={look}
            marks={{
              selected: each.box === box,
              marked: marked.has(id),
              reachable: id === (box?.id ?? first),
            }}
            label={spokenBox(each.box, figure, snapshot)}
            draggable={draggable(id, [id])}
            onKeyDown={(event) => {
              keys(each.box, event);
            }}
            onDblClick={() => {
              enter(props, each.box);
            }}
          />
        );
      })}
      {asked(props).map((edge) => (
        <EdgeLabel key={keyOf(edge)} figure={edge} theme={look} about={box?.id ?? null} />
      ))}
    </svg>
  );
}

/** Strong edges, and all of the selected box in front of them. */
function Edges(props: DrawingProps): VNode {
  const { figure, box } = props;
  const here = new Set(asked(props));
  const others = figure.edges.filter((edge) => edge.strong && !here.has(edge));
  return (
    <>
      {[...others.toReversed(), ...[...here].toReversed()].map((edge) => (
        <EdgeView key={keyOf(edge)} figure={edge} faint={box !== null && !here.has(edge)} />
      ))}
    </>
  );
}

/** The edges of the selected box. */
function asked({ figure, box }: DrawingProps): readonly EdgeFigure[] {
  return box ? figure.edges.filter(({ edge }) => edge.source === box.id || edge.target === box.id) : [];
}

function keyOf({ edge }: EdgeFigure): string {
  return JSON.stringify([edge.source, edge.target]);
}

/** Alt with an arrow moves a box so far. */
const NUDGE = 12;

/** What keys do at a box. */
function useKeys(
  props: DrawingProps,
  root: { readonly current: SVGSVGElement | null },
): (box: Box, event: KeyboardEvent) => void {
  const { annotations, figure, make } = props;
  const [trail, setTrail] = useState<Trail | null>(null);
  const wanted = useRef<BoxId | null>(null);
  useLayoutEffect(() => {
    if (wanted.current !== null) boxElement(root.current, wanted.current)?.focus();
    wanted.current = null;
  });
  const go = (from: BoxId, arrow: Parameters<typeof stepFrom>[3]): void => {
    const step = stepFrom(figure, from, trail, arrow);
    if (!step) return;
    setTrail(step.trail);
    wanted.current = step.to;
    props.select(step.to);
  };
  return (box, event) => {
    const { key } = event;
    if (isArrow(key) && event.altKey) {
      make(move(figure, annotations, [box.id], nudge(key)));
      wanted.current = box.id;
    } else if (isArrow(key)) go(box.id, key);
    else if (key === 'Enter') enter(props, box);
    else if (key === ' ') props.select(box.id);
    else if (key === 'F2' && box.kind === 'group') startRenaming(props, box.id);
    else if (key === 'Delete' && box.kind !== 'group') make(unpin(annotations, [box.id]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function onFrameKey(props: DrawingProps, id: BoxId, group: string, event: KeyboardEvent): void {
  if (event.key === ' ') props.select(id);
  else if (event.key === 'Enter') toggleGroup(props, group);
  else if (event.key === 'F2') startRenaming(props, id);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function nudge(key: string): { readonly x: number; readonly y: number } {
  const x = { ArrowLeft: -NUDGE, ArrowRight: NUDGE }[key] ?? 0;
  const y = { ArrowUp: -NUDGE, ArrowDown: NUDGE }[key] ?? 0;
  return { x, y };
}

function startRenaming({ select, rename }: DrawingProps, id: BoxId): void {
  select(id);
  rename();
}

function enter(props: DrawingProps, box: Box): void {
  if (box.kind === 'group') toggleGroup(props, box.group ?? '');
  else props.open(box.id);
}

function toggleGroup({ annotations, make }: DrawingProps, name: string): void {
  const collapsed = annotations.groups.find((one) => one.name === name)?.collapsed ?? false;
  make(setCollapsed(annotations, name, !collapsed));
}

/** Brings a box into sight when another is selected, wherever that was done. */
function useReveal(root: { readonly current: SVGSVGElement | null }, id: BoxId | null, scale: number): void {
  useLayoutEffect(() => {
    if (id !== null) boxElement(root.current, id)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [id, scale]);
}

/** Where the drawing is larger than its room one begins at what it explains. */
function useFirstLook(
  root: { readonly current: SVGSVGElement | null },
  id: BoxId | null,
  scale: number,
): void {
  useLayoutEffect(() => {
    if (id !== null) boxElement(root.current, id)?.scrollIntoView({ block: 'center', inline: 'center' });
  }, [scale]);
}

/** The first box with an output, or the topmost one. */
function outputOf(figure: Figure, { nodes }: SubgraphProps['snapshot']): BoxId | null {
  const isOutput = ({ members }: Box): boolean => members.some((node) => nodes[node]?.kind === 'logit');
  return figure.boxes.find(({ box }) => isOutput(box))?.box.id ?? readingOrder(figure)[0] ?? null;
}

/** By comparison, not by a selector: ids of files may hold anything. */
function boxElement(root: SVGSVGElement | null, id: BoxId): SVGGElement | undefined {
  const boxes = [...(root?.querySelectorAll<SVGGElement>('[data-box]') ?? [])];
  return boxes.find((element) => element.dataset['box'] === id);
}
