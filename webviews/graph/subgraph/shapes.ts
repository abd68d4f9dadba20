/**
 * The parts of a circuit as simple shapes, so that the panel, SVG files and images show the same. Kinds differ in form: tokens
 * are round, logits have a double border, errors a dashed one, collapsed groups stand on others. Pure.
 */
import type { Theme } from '../../render/scene';
import type { Box as Rectangle, Font, PathStyle, Step } from '../../render/surface';
import { FRAME_HEAD } from './figure';
import type { BoxFigure, EdgeFigure, FrameFigure } from './figure';
import { detailFont, LINE, nameFont, PADDING, titleFont } from './sizes';

export interface PathShape {
  readonly kind: 'path';
  readonly steps: readonly Step[];
  readonly style: PathStyle;
}

export interface TextShape {
  readonly kind: 'text';
  readonly x: number;
  /** The middle of its height. */
  readonly y: number;
  readonly text: string;
  readonly font: Font;
  readonly fill: string;
  readonly align: 'start' | 'middle';
}

export type Shape = PathShape | TextShape;

/** @param selected - drawn with a thick border in the colour of the focus */
export function boxShapes(figure: BoxFigure, theme: Theme, selected: boolean): readonly Shape[] {
  const { kind } = figure.box;
  const radius = radiusOf(figure);
  const stroke = selected ? theme.focus : theme.foreground;
  const thin = { stroke, width: 1 };
  const border = { fill: theme.background, stroke, width: selected ? 2.5 : 1, dash: dashOf(figure) };
  return [
    ...(kind === 'group'
      ? [6, 3].map((by) => rounded(raised(figure, by), radius, { ...thin, fill: theme.background }))
      : []),
    rounded(figure, radius, border),
    ...(kind === 'logit' ? [rounded(inset(figure, 3), Math.max(0, radius - 3), thin)] : []),
    ...texts(figure, theme),
  ];
}

function radiusOf({ box, height }: BoxFigure): number {
  if (box.kind === 'token') return Math.min(height / 2, 22);
  return box.kind === 'group' ? 6 : 3;
}

function dashOf({ box }: BoxFigure): readonly number[] {
  if (box.kind === 'error') return [5, 3];
  return box.kind === 'other' ? [1.5, 2.5] : [];
}

function texts({ lines, x, y, width }: BoxFigure, theme: Theme): readonly Shape[] {
  const line = (text: string, at: number, font: Font, fill: string): Shape => ({
    kind: 'text',
    x: x + width / 2,
    y: y + PADDING - 3 + (at + 0.5) * LINE,
    text,
    font,
    fill,
    align: 'middle',
  });
  return [
    ...lines.name.map((text, at) => line(text, at, nameFont(theme.font), theme.foreground)),
    line(lines.detail, lines.name.length, detailFont(theme.font), theme.muted),
  ];
}

export function frameShapes(figure: FrameFigure, theme: Theme): readonly Shape[] {
  return [rounded(figure, 8, { stroke: theme.muted, dash: [6, 3] })];
}

/** In front of edges, on ground of its own. */
export function titleShapes({ x, y, name, nameWidth }: FrameFigure, theme: Theme): readonly Shape[] {
  const ground = { x: x + PADDING - 3, y: y + 3, width: nameWidth + 6, height: LINE };
  return [
    rounded(ground, 0, { fill: theme.background }),
    {
      kind: 'text',
      x: x + PADDING,
      y: y + FRAME_HEAD / 2,
      text: name,
      font: titleFont(theme.font),
      fill: theme.foreground,
      align: 'start',
    },
  ];
}

export function edgeShapes({ curve, colour, width, dash }: EdgeFigure): readonly Shape[] {
  return [
    { kind: 'path', steps: curve.line, style: { stroke: colour, width, dash } },
    { kind: 'path', steps: curve.head, style: { fill: colour } },
  ];
}

/** How far a curve's handles stand from its ends to make a quarter of a circle. */
const QUARTER = 0.5523;

function rounded({ x, y, width, height }: Rectangle, radius: number, style: PathStyle): PathShape {
  const [right, bottom, handle] = [x + width, y + height, radius * (1 - QUARTER)];
  const steps: readonly Step[] = [
    ['move', x + radius, y],
    ['line', right - radius, y],
    ['curve', right - handle, y, right, y + handle, right, y + radius],
    ['line', right, bottom - radius],
    ['curve', right, bottom - handle, right - handle, bottom, right - radius, bottom],
    ['line', x + radius, bottom],
    ['curve', x + handle, bottom, x, bottom - handle, x, bottom - radius],
    ['line', x, y + radius],
    ['curve', x, y + handle, x + handle, y, x + radius, y],
    ['close'],
  ];
  return { kind: 'path', steps, style };
}

function inset({ x, y, width, height }: Rectangle, by: number): Rectangle {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}

function raised({ x, y, width, height }: Rectangle, by: number): Rectangle {
  return { x: x + by, y: y - by, width, height };
}
