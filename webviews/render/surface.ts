/** What heatmaps are drawn on: a canvas, or the text of an SVG. Lengths are CSS pixels. */

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

/** Draws on a canvas whose transformation turns CSS pixels into its own. */
export function canvasSurface(context: CanvasRenderingContext2D): Surface {
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
