import type { VNode } from 'preact';
import type { Theme } from '../../render/scene';
import { pathData } from '../../render/svg';
import type { BoxFigure, EdgeFigure, FrameFigure } from './figure';
import { signedPercent } from './names';
import { boxShapes, edgeShapes, frameShapes } from './shapes';
import { ShapesView } from './ShapesView';
import type { BoxId } from './types';
import type { Draggable } from './useDrag';

/** How a box stands out. */
export interface BoxMarks {
  readonly selected: boolean;
  /** Chosen for what is done with several boxes. */
  readonly marked: boolean;
  /** The one that Tab reaches. */
  readonly reachable: boolean;
}

export function BoxView(props: {
  readonly figure: BoxFigure;
  readonly theme: Theme;
  readonly marks: BoxMarks;
  readonly label: string;
  readonly draggable: Draggable;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onDblClick: () => void;
}): VNode {
  const { figure, theme, marks, label, draggable, onKeyDown, onDblClick } = props;
  const { x, y, width, height } = figure;
  return (
    <g
      class="box"
      role="button"
      tabindex={marks.reachable ? 0 : -1}
      data-box={figure.box.id}
      aria-label={label}
      aria-pressed={marks.selected}
      onKeyDown={onKeyDown}
      onDblClick={onDblClick}
      {...draggable}
    >
      <title>{`${figure.text.name}\n${figure.text.detail}`}</title>
      <ShapesView shapes={boxShapes(figure, theme, marks.selected)} />
      {marks.marked && (
        <circle
          cx={x + width}
          cy={y + height}
          r={6}
          fill={theme.focus}
          stroke={theme.background}
          stroke-width={2}
        />
      )}
      <rect
        class="ring"
        x={x - 4}
        y={y - (figure.box.kind === 'group' ? 10 : 4)}
        width={width + (figure.box.kind === 'group' ? 14 : 8)}
        height={height + (figure.box.kind === 'group' ? 14 : 8)}
        rx={6}
        fill="none"
        stroke={theme.focus}
        stroke-width={1.5}
        stroke-dasharray="2 2"
      />
    </g>
  );
}

export function FrameView(props: {
  readonly figure: FrameFigure;
  readonly theme: Theme;
  readonly selected: boolean;
  readonly draggable: Draggable;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onDblClick: () => void;
}): VNode {
  const { figure, theme, selected, draggable, onKeyDown, onDblClick } = props;
  const shown = selected ? { ...theme, muted: theme.focus } : theme;
  const count = figure.frame.boxes.length;
  return (
    <g
      class="frame"
      role="button"
      tabindex={0}
      data-box={figure.frame.id}
      aria-label={`${figure.name}, expanded group, ${count} ${count === 1 ? 'node' : 'nodes'}`}
      aria-pressed={selected}
      onKeyDown={onKeyDown}
      onDblClick={onDblClick}
      {...draggable}
    >
      <title>{figure.name}</title>
      <rect x={figure.x} y={figure.y} width={figure.width} height={figure.height} fill="transparent" />
      <ShapesView shapes={frameShapes(figure, shown)} />
    </g>
  );
}

/** @param props.faint - among edges that are asked about, this one is not */
export function EdgeView(props: { readonly figure: EdgeFigure; readonly faint: boolean }): VNode {
  const { figure, faint } = props;
  return (
    <g class={faint ? 'edge faint' : 'edge'}>
      <title>{signedPercent(figure.edge.weight)}</title>
      <path
        d={pathData(figure.curve.line)}
        fill="none"
        stroke="transparent"
        stroke-width={figure.width + 8}
      />
      <ShapesView shapes={edgeShapes(figure)} />
    </g>
  );
}

/** The weight, at the end that is away from the box it is asked about. */
export function EdgeLabel(props: {
  readonly figure: EdgeFigure;
  readonly theme: Theme;
  readonly about: BoxId | null;
}): VNode {
  const { figure, theme, about } = props;
  const { atStart, atTip } = figure.curve.labels;
  const { x, y } = figure.edge.source === about ? atTip : atStart;
  return (
    <text
      class="weight"
      x={x}
      y={y}
      fill={theme.foreground}
      stroke={theme.background}
      stroke-width={4}
      paint-order="stroke"
      font-family={theme.font.family}
      font-size={11}
      text-anchor="middle"
      dominant-baseline="central"
    >
      {signedPercent(figure.edge.weight)}
    </text>
  );
}
