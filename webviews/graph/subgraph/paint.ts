/** Draws a whole circuit on a surface: for SVG files and images. Pure. */
import type { Theme } from '../../render/scene';
import { movedPath } from '../../render/surface';
import type { Surface } from '../../render/surface';
import type { Figure } from './figure';
import { boxShapes, edgeShapes, frameShapes, titleShapes } from './shapes';

/** From the back to the front; the figure's view fills the surface. */
export function paintFigure(surface: Surface, figure: Figure, theme: Theme): void {
  const { x: left, y: top, width, height } = figure.view;
  surface.rectangle({ x: 0, y: 0, width, height }, theme.background);
  const drawn = figure.edges.filter(({ strong }) => strong);
  const shapes = [
    ...figure.frames.flatMap((frame) => frameShapes(frame, theme)),
    ...drawn.toReversed().flatMap(edgeShapes),
    ...figure.frames.flatMap((frame) => titleShapes(frame, theme)),
    ...figure.boxes.flatMap((box) => boxShapes(box, theme, false)),
  ];
  for (const shape of shapes) {
    if (shape.kind === 'path') surface.path(movedPath(shape.steps, -left, -top), shape.style);
    else surface.text(shape.text, shape.x - left, shape.y - top, shape);
  }
}
