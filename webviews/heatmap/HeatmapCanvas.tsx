/** The canvas on which the heatmap is drawn, with mouse and keyboard. Only what is visible is drawn. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { theme } from '../lib/theme';
import { fitCanvas } from '../lib/fitCanvas';
import { measure } from '../lib/measure';
import { cellBox, gridSize, hitTest, scrollTo } from '../render/grid';
import type { Cell, Hit, Scroll, Size } from '../render/grid';
import { paintHeatmap } from '../render/heatmap';
import { layOut } from '../render/scene';
import type { Layout, Scene } from '../render/scene';
import { canvasSurface } from '../render/surface';
import { CellCard } from './CellCard';
import { keyAction, within } from './cursor';
import { announcement, cellFacts } from './cellFacts';
import type { Plane } from './plane';
import type { Reading } from './reading';
import { sceneOf, widestText } from './sceneOf';
import { cursor, detailed, focused, hover, select, selection } from './selection';
import { view } from './store';

/** What entering a cell and refining a region do. */
export interface CellActions {
  readonly enter: (index: number) => void;
  readonly refine: () => void;
}

interface Props {
  readonly reading: Reading;
  readonly plane: Plane;
  readonly label: string;
  readonly actions: CellActions;
}

const NOWHERE: Scroll = { left: 0, top: 0 };

export function HeatmapCanvas({ reading, plane, label, actions }: Props): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const [scroll, setScroll] = useState(NOWHERE);
  const { numbers } = view.value;
  const scene = useMemo(() => sceneOf(reading, plane, numbers), [reading, plane, numbers]);
  const layout = useMemo(
    () => layOut(scene, size.width, widestText(reading, plane, numbers), theme.value, measure),
    [scene, size.width, theme.value],
  );
  const whole = gridSize(layout.grid);
  const visible = { width: Math.min(size.width, whole.width), height: Math.min(size.height, whole.height) };
  useDrawing(canvas, scene, layout, scroll, visible);
  const known = detailed.value;
  const shown = known && within(known, { rows: plane.rows.length, columns: plane.columns.length });
  const facts = shown ? cellFacts(reading, plane.indexAt(shown.row, shown.column)) : null;
  const spoken = cursor.value && focused.value && facts ? announcement(facts) : '';
  const { onPointerDown, onPointerMove, onPointerUp, onPointerLeave } = useMouse(
    layout,
    scroll,
    plane,
    actions,
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    const { rows, columns } = layout.grid;
    const page = Math.max(
      1,
      Math.floor((visible.height - layout.grid.head.height) / layout.grid.cell.height),
    );
    const from = cursor.value ?? { at: { row: 0, column: 0 }, anchor: null };
    const pressed = { key: event.key, shiftKey: event.shiftKey, ctrlKey: event.ctrlKey || event.metaKey };
    const action = keyAction(pressed, from, { rows, columns, page });
    if (!action) return;
    event.preventDefault();
    if (action.type === 'enter') actions.enter(plane.indexAt(from.at.row, from.at.column));
    else if (action.type === 'refine') actions.refine();
    else if (action.type === 'cancel') cancel();
    else {
      hover.value = null;
      cursor.value = action.cursor;
      const to = scrollTo(layout.grid, action.cursor.at, scroll, visible);
      scroller.current?.scrollTo({ left: to.left, top: to.top });
    }
  };

  return (
    <div class="map">
      <div
        ref={scroller}
        class="scroller"
        role="application"
        aria-roledescription="heatmap"
        aria-label={label}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollLeft: left, scrollTop: top } }) => {
          setScroll({ left, top });
        }}
        onKeyDown={onKeyDown}
        onFocus={() => {
          focused.value = true;
          cursor.value ??= { at: { row: 0, column: 0 }, anchor: null };
        }}
        onBlur={() => {
          focused.value = false;
        }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={onPointerLeave}
      >
        <div class="extent" style={{ width: `${whole.width}px`, height: `${whole.height}px` }}>
          <canvas ref={canvas} />
        </div>
      </div>
      {facts && shown && <CellCard facts={facts} at={cellBox(layout.grid, shown, scroll)} within={size} />}
      <p class="unseen" role="status">
        {spoken}
      </p>
    </div>
  );
}

/** Escape first gives up the selection, then the details. */
function cancel(): void {
  if (selection.value) cursor.value = { at: cursor.value!.at, anchor: null };
  else {
    hover.value = null;
    focused.value = false;
  }
}

/** The size of an element's inside, kept up to date. */
function useSize(element: { readonly current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const watched = element.current!;
    const observer = new ResizeObserver(() => {
      setSize({ width: watched.clientWidth, height: watched.clientHeight });
    });
    observer.observe(watched);
    return () => {
      observer.disconnect();
    };
  }, []);
  return size;
}

/** Draws once for each frame in which something changed. */
function useDrawing(
  canvas: { readonly current: HTMLCanvasElement | null },
  scene: Scene,
  layout: Layout,
  scroll: Scroll,
  size: Size,
): void {
  const marks = {
    cursor: focused.value ? (cursor.value?.at ?? null) : null,
    selection: selection.value,
    hover: hover.value,
  };
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const context = canvas.current && fitCanvas(canvas.current, size);
      if (!context) return;
      const surface = canvasSurface(context);
      paintHeatmap({ surface, scene, layout, theme: theme.value, scroll, view: size, marks });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [
    scene,
    layout,
    scroll,
    size.width,
    size.height,
    theme.value,
    marks.cursor,
    marks.selection,
    marks.hover,
  ]);
}

type PointerHandler = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => void;

/** A click enters a cell or selects a row or column; dragging selects a region. */
function useMouse(layout: Layout, scroll: Scroll, plane: Plane, actions: CellActions) {
  const dragged = useRef<{ readonly from: Hit; moved: boolean } | null>(null);
  const { grid } = layout;
  const pointAt = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const hitAt: (event: Parameters<PointerHandler>[0]) => Hit | undefined = (event) => {
    const { x, y } = pointAt(event);
    return hitTest(grid, x, y, scroll);
  };
  /** The nearest cell, also while the mouse is dragged out of the grid. */
  const nearest = (event: Parameters<PointerHandler>[0]): Cell => {
    const { x, y } = pointAt(event);
    const column = Math.floor((x - grid.head.width + scroll.left) / grid.cell.width);
    const row = Math.floor((y - grid.head.height + scroll.top) / grid.cell.height);
    return within({ row, column }, grid);
  };
  const span = (from: Hit, to: Cell): void => {
    const first = { row: 0, column: 0 };
    const last = { row: grid.rows - 1, column: grid.columns - 1 };
    if (from.part === 'cell') select({ row: from.row, column: from.column }, to);
    else if (from.part === 'row') select({ ...first, row: from.row }, { ...last, row: to.row });
    else select({ ...first, column: from.column }, { ...last, column: to.column });
  };
  const onPointerDown: PointerHandler = (event) => {
    const hit = event.button === 0 ? hitAt(event) : undefined;
    if (!hit) return;
    dragged.current = { from: hit, moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
    if (hit.part === 'cell') cursor.value = { at: { row: hit.row, column: hit.column }, anchor: null };
    else span(hit, nearest(event));
  };
  const onPointerMove: PointerHandler = (event) => {
    const hit = hitAt(event);
    hover.value = hit?.part === 'cell' ? { row: hit.row, column: hit.column } : null;
    const drag = dragged.current;
    if (!drag) return;
    const cell = nearest(event);
    const { at } = cursor.value ?? { at: cell };
    if (cell.row === at.row && cell.column === at.column && !drag.moved) return;
    drag.moved = true;
    span(drag.from, cell);
  };
  const onPointerUp: PointerHandler = (event) => {
    const drag = dragged.current;
    dragged.current = null;
    if (!drag || drag.moved || drag.from.part !== 'cell') return;
    const hit = hitAt(event);
    if (hit?.part === 'cell') actions.enter(plane.indexAt(hit.row, hit.column));
  };
  const onPointerLeave: PointerHandler = () => {
    if (!dragged.current) hover.value = null;
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerLeave };
}
