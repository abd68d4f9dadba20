/** What pictures are drawn on: a canvas, or the text of an SVG. Lengths are CSS pixels. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Font {
  readonly family: string;
  readonly size: number;
  readonly bold?: boolean;
}

export interface TextStyle {
  readonly font: Font;
  readonly fill: string;
  /** Where the point is in the text, along its direction. Default `start`. */
  readonly align?: 'start' | 'middle' | 'end';
  /** Written upwards, turned by a quarter about the point. */
  readonly upwards?: boolean;
}

/** A step of a path: to a new start, straight, along a cubic curve, a whole circle (centre, radius), back to the start. */
export type Step =
  | readonly ['move', number, number]
  | readonly ['line', number, number]
  | readonly ['curve', number, number, number, number, number, number]
  | readonly ['circle', number, number, number]
  | readonly ['close'];

/** What is left out is not drawn. */
export interface PathStyle {
  readonly fill?: string;
  readonly stroke?: string;
  /** Of the stroke, which lies on both sides of the path; 1 by default. */
  readonly width?: number;
  readonly dash?: readonly number[];
  /** 0 to 1. */
  readonly opacity?: number;
}

export interface Surface {
  readonly rectangle: (box: Box, fill: string) => void;
  /** The edge of a box; the line is inside of it. */
  readonly outline: (box: Box, stroke: string, width: number, dash?: readonly number[]) => void;
  readonly line: (
    from: readonly [number, number],
    to: readonly [number, number],
    stroke: string,
    width: number,
  ) => void;
  readonly path: (steps: readonly Step[], style: PathStyle) => void;
  /** One line of text; the point is in the middle of its height. */
  readonly text: (text: string, x: number, y: number, style: TextStyle) => void;
  /** Draws only inside a box. */
  readonly clipped: (box: Box, draw: () => void) => void;
  /** Width of a text. */
  readonly measure: (text: string, font: Font) => number;
}

/** As CSS writes a font. */
export function cssFont({ family, size, bold }: Font): string {
  return `${bold ? '600 ' : ''}${size}px ${family}`;
}

type Drawable = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws on a canvas whose transformation turns CSS pixels into its own. */
export function canvasSurface(context: Drawable): Surface {
  return {
    rectangle: ({ x, y, width, height }, fill) => {
      context.fillStyle = fill;
      context.fillRect(x, y, width, height);
    },
    outline: ({ x, y, width, height }, stroke, thickness, dash = []) => {
      context.strokeStyle = stroke;
      context.lineWidth = thickness;
      context.setLineDash([...dash]);
      context.strokeRect(x + thickness / 2, y + thickness / 2, width - thickness, height - thickness);
      context.setLineDash([]);
    },
    line: ([x1, y1], [x2, y2], stroke, width) => {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    },
    path: (steps, { fill, stroke, width = 1, dash = [], opacity = 1 }) => {
      context.beginPath();
      for (const step of steps) trace(context, step);
      context.globalAlpha = opacity;
      if (fill !== undefined) {
        context.fillStyle = fill;
        context.fill();
      }
      if (stroke !== undefined) {
        context.strokeStyle = stroke;
        context.lineWidth = width;
        context.setLineDash([...dash]);
        context.stroke();
        context.setLineDash([]);
      }
      context.globalAlpha = 1;
    },
    text: (text, x, y, { font, fill, align = 'start', upwards = false }) => {
      context.font = cssFont(font);
      context.fillStyle = fill;
      context.textBaseline = 'middle';
      context.textAlign = align === 'middle' ? 'center' : align;
      context.direction = 'ltr';
      context.save();
      context.translate(x, y);
      if (upwards) context.rotate(-Math.PI / 2);
      context.fillText(text, 0, 0);
      context.restore();
    },
    clipped: ({ x, y, width, height }, draw) => {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      draw();
      context.restore();
    },
    measure: (text, font) => {
      context.font = cssFont(font);
      return context.measureText(text).width;
    },
  };
}

function trace(context: Drawable, step: Step): void {
  switch (step[0]) {
    case 'move':
      context.moveTo(step[1], step[2]);
      break;
    case 'line':
      context.lineTo(step[1], step[2]);
      break;
    case 'curve':
      context.bezierCurveTo(step[1], step[2], step[3], step[4], step[5], step[6]);
      break;
    case 'circle':
      context.moveTo(step[1] + step[3], step[2]);
      context.arc(step[1], step[2], step[3], 0, 2 * Math.PI);
      break;
    case 'close':
      context.closePath();
      break;
  }
}

/** A path whose origin lies elsewhere. */
export function movedPath(steps: readonly Step[], dx: number, dy: number): Step[] {
  return steps.map((step) => {
    switch (step[0]) {
      case 'move':
      case 'line':
        return [step[0], step[1] + dx, step[2] + dy];
      case 'curve':
        return ['curve', step[1] + dx, step[2] + dy, step[3] + dx, step[4] + dy, step[5] + dx, step[6] + dy];
      case 'circle':
        return ['circle', step[1] + dx, step[2] + dy, step[3]];
      case 'close':
        return step;
    }
  });
}
