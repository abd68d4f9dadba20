import { useRef, useState } from 'preact/hooks';
import type { Point } from './layOut';
import type { BoxId } from './types';

/** Boxes that are being dragged, and how far, in the units of the drawing. */
export interface Drag {
  readonly ids: readonly BoxId[];
  readonly by: Point;
}

export interface Draggable {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
}

/** @param ids - the boxes that move with what `id` names: itself, or all of a frame */
export type MakeDraggable = (id: BoxId, ids: readonly BoxId[]) => Draggable;

/** Less is a click, in CSS pixels. */
const LEAST = 4;

/**
 * Boxes that follow the pointer.
 * @param scale - CSS pixels for each unit of the drawing
 * @param onDrop - when they are let go where they were dragged to
 * @param onClick - when they were not dragged
 */
export function useDrag(
  scale: number,
  onDrop: (drag: Drag) => void,
  onClick: (id: BoxId, event: PointerEvent) => void,
): { readonly drag: Drag | null; readonly draggable: MakeDraggable } {
  const [drag, setDrag] = useState<Drag | null>(null);
  const start = useRef<Point | null>(null);
  const distance = ({ clientX, clientY }: PointerEvent): Point => ({
    x: clientX - start.current!.x,
    y: clientY - start.current!.y,
  });
  const draggable: MakeDraggable = (id, ids) => ({
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      start.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event) => {
      if (!start.current) return;
      const { x, y } = distance(event);
      if (drag || Math.hypot(x, y) >= LEAST) setDrag({ ids, by: { x: x / scale, y: y / scale } });
    },
    onPointerUp: (event) => {
      if (!start.current) return;
      start.current = null;
      setDrag(null);
      if (drag) onDrop(drag);
      else onClick(id, event);
    },
    onPointerCancel: () => {
      start.current = null;
      setDrag(null);
    },
  });
  return { drag, draggable };
}
