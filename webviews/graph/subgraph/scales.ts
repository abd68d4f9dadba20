/** How large the subgraph is drawn, in CSS pixels for each unit of the drawing. Pure. */
import type { Size } from '../../render/grid';

/** Labels of 13 pixels can still be read. */
const READABLE = 0.85;
const STEP = 1.25;
const LEAST = 0.2;
const MOST = 4;

export type Zoom = 'nearer' | 'farther' | 'fit';

/** What the user chose: a scale, all of the drawing, or nothing yet. */
export type WantedScale = number | 'fit' | null;

/** All of the drawing where that is wanted; before the user says so, as much of it as can be read. Never larger than at 1. */
export function scaleOf(wanted: WantedScale, drawing: Size, room: Size): number {
  if (typeof wanted === 'number') return wanted;
  const fitting = Math.min(1, room.width / drawing.width, room.height / drawing.height);
  return wanted === 'fit' ? fitting : Math.max(READABLE, fitting);
}

/** @param scale - what is shown now; a fitting one may be smaller than the smallest step */
export function zoomedScale(zoom: Zoom, scale: number): WantedScale {
  switch (zoom) {
    case 'fit':
      return 'fit';
    case 'nearer':
      return Math.min(MOST, scale * STEP);
    case 'farther':
      return Math.max(Math.min(LEAST, scale), scale / STEP);
  }
}
