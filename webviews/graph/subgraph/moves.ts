/** Edits of where boxes stand. Each gives whole new annotations and a name for undoing. Pure. */
import type { GraphAnnotations } from '../../../protocol/graphs';
import type { Edit } from '../model/annotations';
import type { Point } from './layOut';
import type { Figure } from './figure';
import type { BoxId } from './types';

/** Positions after some boxes were moved by a distance. */
export function moved(
  figure: Figure,
  annotations: GraphAnnotations,
  ids: readonly BoxId[],
  by: Point,
): GraphAnnotations['positions'] {
  const places = figure.boxes
    .filter(({ box }) => ids.includes(box.id))
    .map(({ box, x, y, width, height }) => {
      const place = { x: Math.round(x + width / 2 + by.x), y: Math.round(y + height / 2 + by.y) };
      return [box.id, place] as const;
    });
  return { ...annotations.positions, ...Object.fromEntries(places) };
}

export function move(figure: Figure, annotations: GraphAnnotations, ids: readonly BoxId[], by: Point): Edit {
  const what = ids.length === 1 ? 'Move Box' : 'Move Group';
  return { what, annotations: { ...annotations, positions: moved(figure, annotations, ids, by) } };
}

/** Null where nothing was moved. */
export function layOutAgain(annotations: GraphAnnotations): Edit | null {
  if (Object.keys(annotations.positions).length === 0) return null;
  return { what: 'Lay Out Again', annotations: { ...annotations, positions: {} } };
}
