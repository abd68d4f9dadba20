/** A circuit as shapes with places, colours and texts: what the panel shows and what is exported. Pure. */
import type { GraphAnnotations } from '../../../protocol/graphs';
import { colourScale } from '../../render/colour';
import { fitted } from '../../render/scene';
import type { Theme } from '../../render/scene';
import type { Box as Rectangle, Font, Surface } from '../../render/surface';
import type { Box, Circuit, Frame } from './circuit';
import { around, layOut } from './layOut';
import type { Automatic, Point } from './layOut';
import { boxText, groupName } from './names';
import type { BoxText, Texts } from './names';
import { freeCurve, portsOf, routedCurve } from './paths';
import type { Curve } from './paths';
import { boxLines, LINE, PADDING, titleFont } from './sizes';
import type { BoxLines } from './sizes';
import type { BoxId } from './types';
import type { BoxEdge } from './weights';

/** A circuit with texts and automatic places: what changes only with the circuit and the font. */
export interface LaidOut {
  readonly circuit: Circuit;
  readonly texts: ReadonlyMap<BoxId, BoxText>;
  readonly lines: ReadonlyMap<BoxId, BoxLines>;
  readonly automatic: Automatic;
}

export interface BoxFigure extends Rectangle {
  readonly box: Box;
  readonly text: BoxText;
  readonly lines: BoxLines;
}

export interface FrameFigure extends Rectangle {
  readonly frame: Frame;
  readonly name: string;
  readonly nameWidth: number;
}

export interface EdgeFigure {
  readonly edge: BoxEdge;
  /** Drawn also where nobody asks. */
  readonly strong: boolean;
  readonly curve: Curve;
  readonly width: number;
  readonly colour: string;
  readonly dash: readonly number[];
}

export interface Figure {
  readonly boxes: readonly BoxFigure[];
  readonly frames: readonly FrameFigure[];
  /** Strongest first. */
  readonly edges: readonly EdgeFigure[];
  /** All of it with a margin; its corner need not be at zero. */
  readonly view: Rectangle;
}

export type Positions = GraphAnnotations['positions'];

const MARGIN = 24;

export function laidOut(circuit: Circuit, graph: Texts, font: Font, measure: Surface['measure']): LaidOut {
  const texts = new Map(circuit.boxes.map((box) => [box.id, boxText(box, graph)]));
  const lines = new Map([...texts].map(([id, text]) => [id, boxLines(text, font, measure)]));
  const sizes = new Map([...lines].map(([id, { size }]) => [id, size]));
  const layers = circuit.boxes.map(({ members }) =>
    meanLayer(members.map((node) => graph.nodes[node]!.layer)),
  );
  return { circuit, texts, lines, automatic: layOut(circuit, layers, sizes) };
}

function meanLayer(layers: readonly number[]): number {
  return Math.round(layers.reduce((sum, layer) => sum + layer, 0) / layers.length);
}

/** @param moved - middles of boxes that were moved; the others stand where the layout puts them */
export function figureOf(
  { circuit, texts, lines, automatic }: LaidOut,
  moved: Positions,
  theme: Theme,
  measure: Surface['measure'],
): Figure {
  const boxes = circuit.boxes.map((box): BoxFigure => {
    const own = lines.get(box.id)!;
    const { width, height } = own.size;
    const { x, y } = positionOf(moved, box.id) ?? automatic.places.get(box.id)!;
    return { box, text: texts.get(box.id)!, lines: own, x: x - width / 2, y: y - height / 2, width, height };
  });
  const byId = new Map(boxes.map((figure) => [figure.box.id, figure]));
  const frames = circuit.frames.map((frame) => frameFigure(frame, byId, theme, measure));
  const edges = edgeFigures(circuit, automatic, byId, moved, theme);
  const corners = edges.flatMap(({ edge, strong }) => (strong ? (automatic.routes.get(edge) ?? []) : []));
  const all = around([...boxes, ...frames, ...corners.map(({ x, y }) => ({ x, y, width: 0, height: 0 }))]);
  const view = {
    x: all.x - MARGIN,
    y: all.y - MARGIN,
    width: all.width + 2 * MARGIN,
    height: all.height + 2 * MARGIN,
  };
  return { boxes, frames, edges, view };
}

function edgeFigures(
  { edges, strong }: Circuit,
  { routes }: Automatic,
  boxes: ReadonlyMap<BoxId, BoxFigure>,
  moved: Positions,
  theme: Theme,
): readonly EdgeFigure[] {
  const scale = colourScale(theme.kind);
  const ways = edges.map((edge) => {
    const stays = ![edge.source, edge.target].some((id) => positionOf(moved, id));
    return stays ? routes.get(edge) : undefined;
  });
  const bounds = edges.map(({ source, target }, at) => {
    const [from, to] = [boxes.get(source)!, boxes.get(target)!];
    const way = ways[at];
    return { from, to, towards: way?.[1] ?? to, since: way?.at(-2) ?? from };
  });
  // Apart from one another: edges that are not drawn take no room from those that are.
  const ends = new Map(
    [true, false].flatMap((isStrong) => {
      const some = bounds.filter((_, at) => strong.has(edges[at]!) === isStrong);
      return portsOf(some).map((ports, at) => [some[at]!, ports] as const);
    }),
  );
  return edges.map((edge, at) => {
    const size = Math.min(1, Math.abs(edge.weight));
    const width = 1 + 9 * size;
    const way = ways[at];
    const ports = ends.get(bounds[at]!)!;
    const curve = way ? routedCurve(ports, way, width) : freeCurve(ports, width);
    const strength = 0.55 + 0.45 * Math.min(1, 2 * size);
    const colour = scale(edge.weight < 0 ? -strength : strength);
    const dash = edge.weight < 0 ? [Math.round(4 + width), Math.round(3 + width / 2)] : [];
    return { edge, strong: strong.has(edge), curve, width, colour, dash };
  });
}

/** Where a box was moved to; undefined for those that were not, and for places that are no numbers. */
export function positionOf(moved: Positions, id: BoxId): Point | undefined {
  const place = Object.hasOwn(moved, id) ? moved[id] : undefined;
  return place && Number.isFinite(place.x) && Number.isFinite(place.y) ? place : undefined;
}

const FRAME_PADDING = 10;
export const FRAME_HEAD = LINE + 6;

function frameFigure(
  frame: Frame,
  boxes: ReadonlyMap<BoxId, BoxFigure>,
  theme: Theme,
  measure: Surface['measure'],
): FrameFigure {
  const inside = around(frame.boxes.map((id) => boxes.get(id)!));
  const [x, y] = [inside.x - FRAME_PADDING, inside.y - FRAME_HEAD];
  const width = inside.width + 2 * FRAME_PADDING;
  const room = width - 2 * PADDING;
  const font = titleFont(theme.font);
  const name = fitted(groupName(frame.group), room, font, measure);
  return {
    frame,
    name,
    nameWidth: measure(name, font),
    x,
    y,
    width,
    height: inside.height + FRAME_HEAD + FRAME_PADDING,
  };
}
