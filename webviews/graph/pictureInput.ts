/** Mouse, touch and keys on the picture of a graph. */
import type { Point } from '../render/graphView';
import type { PictureHit, PictureStage } from './pictureStage';

/** What the picture says of what was done on it. */
export interface PictureActions {
  readonly select: (node: number | null) => void;
  readonly choose: (node: number) => void;
  readonly open: (node: number) => void;
  readonly goTo: (position: number) => void;
  /** What is under the mouse, and where. */
  readonly hover: (hit: PictureHit | null, at: Point) => void;
}

/** Pixels that a press may wander and still be a click. */
const CLICK = 4;
const STEP = { small: 48, large: 240 };
const ZOOM_STEP = 1.25;
/** Of the wheel's turn; touch pads turn by little for each event. */
const WHEEL_ZOOM = 0.01;
/** Most of one event: a mouse's notch counts 100 and more. */
const WHEEL_MOST = 30;
/** Pixels of a line, for wheels that count lines. */
const LINE = 24;

/** Listens on an element until the result is called. @param onKey - sees keys first; true: it is done */
export function listen(
  element: HTMLElement,
  stage: PictureStage,
  actions: PictureActions,
  onKey: (event: KeyboardEvent) => boolean,
): () => void {
  const pointers = new Pointers(element, stage, actions);
  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener('pointerdown', pointers.down, { signal });
  element.addEventListener('pointermove', pointers.move, { signal });
  element.addEventListener('pointerup', pointers.up, { signal });
  element.addEventListener('pointercancel', pointers.cancel, { signal });
  element.addEventListener('pointerleave', pointers.leave, { signal });
  element.addEventListener('dblclick', pointers.twice, { signal });
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      turn(event, stage, placeIn(element, event));
    },
    { signal, passive: false },
  );
  element.addEventListener(
    'keydown',
    (event) => {
      if (onKey(event) || pressed(event, stage)) event.preventDefault();
    },
    { signal },
  );
  return () => {
    stop.abort();
  };
}

function placeIn(element: HTMLElement, event: MouseEvent): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/** Ctrl (which pinching on a touch pad sets too) zooms, all else pans. */
function turn(event: WheelEvent, stage: PictureStage, at: Point): void {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE;
  const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
  if (event.ctrlKey || event.metaKey) {
    const turned = Math.min(WHEEL_MOST, Math.max(-WHEEL_MOST, dy));
    stage.zoom(Math.exp(-turned * WHEEL_ZOOM), at);
  } else if (event.shiftKey && dx === 0) stage.pan(-dy, 0);
  else stage.pan(-dx, -dy);
}

/** @returns whether the key does something */
function pressed(event: KeyboardEvent, stage: PictureStage): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const step = event.shiftKey ? STEP.large : STEP.small;
  switch (event.key) {
    case 'ArrowLeft':
      stage.pan(step, 0);
      return true;
    case 'ArrowRight':
      stage.pan(-step, 0);
      return true;
    case 'ArrowUp':
      stage.pan(0, step);
      return true;
    case 'ArrowDown':
      stage.pan(0, -step);
      return true;
    case '+':
    case '=':
      stage.zoom(ZOOM_STEP);
      return true;
    case '-':
    case '_':
      stage.zoom(1 / ZOOM_STEP);
      return true;
    case '0':
      stage.fit();
      return true;
    default:
      return false;
  }
}

/** One pointer drags or clicks, two pinch. */
class Pointers {
  private readonly held = new Map<number, Point>();
  private start: Point | null = null;
  private isDragged = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly stage: PictureStage,
    private readonly actions: PictureActions,
  ) {}

  readonly down = (event: PointerEvent): void => {
    if (event.button > 1) return;
    const at = placeIn(this.element, event);
    this.held.set(event.pointerId, at);
    this.element.setPointerCapture(event.pointerId);
    if (this.held.size > 1) this.isDragged = true;
    else [this.start, this.isDragged] = [at, false];
  };

  readonly move = (event: PointerEvent): void => {
    const at = placeIn(this.element, event);
    const before = this.held.get(event.pointerId);
    if (!before) {
      this.actions.hover(this.stage.hitAt(at), at);
      return;
    }
    const { start } = this;
    if (!this.isDragged && start && Math.hypot(at.x - start.x, at.y - start.y) < CLICK) return;
    if (!this.isDragged) this.element.toggleAttribute('data-dragged', true);
    this.isDragged = true;
    const others = [...this.held].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    this.held.set(event.pointerId, at);
    if (others.length === 0) this.stage.pan(at.x - before.x, at.y - before.y);
    else this.pinch(before, at, others[0]!);
  };

  readonly up = (event: PointerEvent): void => {
    const wasHeld = this.held.delete(event.pointerId);
    this.element.toggleAttribute('data-dragged', false);
    if (!wasHeld || this.isDragged || event.button !== 0) return;
    const hit = this.stage.hitAt(placeIn(this.element, event));
    if (hit?.part === 'token') this.actions.goTo(hit.position);
    else if (!hit) this.actions.select(null);
    else if (event.ctrlKey || event.metaKey || event.shiftKey) this.actions.choose(hit.node);
    else this.actions.select(hit.node);
  };

  readonly cancel = (event: PointerEvent): void => {
    this.held.delete(event.pointerId);
    this.element.toggleAttribute('data-dragged', false);
  };

  readonly leave = (event: PointerEvent): void => {
    if (!this.held.has(event.pointerId)) this.actions.hover(null, placeIn(this.element, event));
  };

  readonly twice = (event: MouseEvent): void => {
    const hit = this.stage.hitAt(placeIn(this.element, event));
    if (hit && hit.part !== 'token') this.actions.open(hit.node);
  };

  /** Two fingers: what is between them stays between them. */
  private pinch(before: Point, at: Point, other: Point): void {
    const [old, now] = [between(before, other), between(at, other)];
    this.stage.pan(now.x - old.x, now.y - old.y);
    const apart = Math.hypot(before.x - other.x, before.y - other.y);
    if (apart > 0) this.stage.zoom(Math.hypot(at.x - other.x, at.y - other.y) / apart, now);
  }
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
