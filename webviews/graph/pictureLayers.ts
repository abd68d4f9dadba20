/** What is drawn on the two layers of a graph's picture: the faint edges, and the nodes with the edges that stand out. */
import { DensityDrawing } from '../render/graphDensity';
import type { Lines } from '../render/graphDensity';
import { faintTone } from '../render/graphEdges';
import { graphSteps } from '../render/graphPicture';
import type { GraphPainting } from '../render/graphPicture';
import type { ThemeKind } from '../render/colour';
import { canvasSurface } from '../render/surface';
import type { Drawing, Extent } from './movingLayer';

/** All edges and how they are coloured. */
export interface FaintEdges {
  readonly lines: Lines;
  /** `meanDensity` of the lines. */
  readonly mean: number;
  readonly kind: ThemeKind;
  readonly colour: readonly [number, number, number];
}

/** @param sums - memory for at least as many numbers as the bitmap has pixels */
export function faintDrawing(
  context: OffscreenCanvasRenderingContext2D,
  { box, scale, ratio, width, height }: Extent,
  { lines, mean, kind, colour }: FaintEdges,
  sums: Float32Array,
): Drawing {
  const resolution = scale * ratio;
  const view = { scale: resolution, x: -box.x * resolution, y: -box.y * resolution };
  const tone = faintTone(kind, colour, mean, resolution);
  const drawing = new DensityDrawing(width, height, lines, view, tone, sums);
  return {
    step: (isOver) =>
      drawing.step(isOver, (top, rows, pixels) => {
        context.putImageData(new ImageData(pixels, width), 0, top, 0, 0, width, rows);
        drawNow(context);
      }),
  };
}

/** @param painting - all but where it is drawn */
export function nodeDrawing(
  context: OffscreenCanvasRenderingContext2D,
  { box, scale, ratio, width, height }: Extent,
  painting: Omit<GraphPainting, 'surface' | 'view' | 'size'>,
): Drawing {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const steps = graphSteps({
    ...painting,
    surface: canvasSurface(context),
    view: { scale, x: -box.x * scale, y: -box.y * scale },
    size: { width: width / ratio, height: height / ratio },
  });
  return {
    step: (isOver) => {
      do {
        if (steps.next().done) return true;
        drawNow(context);
      } while (!isOver());
      return false;
    },
  };
}

/** Browsers put drawing off; reading makes them draw now, so that the clock counts it. */
function drawNow(context: OffscreenCanvasRenderingContext2D): void {
  context.getImageData(0, 0, 1, 1);
}
