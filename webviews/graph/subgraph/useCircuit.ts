import { useMemo } from 'preact/hooks';
import type { GraphAnnotations, GraphSnapshot } from '../../../protocol/graphs';
import { measure } from '../../lib/measure';
import { theme } from '../../lib/theme';
import { Adjacency } from '../model/adjacency';
import { circuitOf } from './circuit';
import { figureOf, laidOut } from './figure';
import type { Figure, LaidOut, Positions } from './figure';

export interface Drawn {
  readonly adjacency: Adjacency;
  readonly laid: LaidOut;
  /** With boxes where the user put them. */
  readonly figure: Figure;
}

/** The circuit of a graph, laid out again only when pins, groups or texts change. */
export function useCircuit(
  snapshot: GraphSnapshot,
  annotations: GraphAnnotations,
  positions: Positions,
): Drawn {
  const { pinned, groups } = annotations;
  const look = theme.value;
  const adjacency = useMemo(() => new Adjacency(snapshot.nodes.length, snapshot.links), [snapshot]);
  const laid = useMemo(
    () => laidOut(circuitOf(snapshot, annotations, adjacency), snapshot, look.font, measure),
    [snapshot, pinned, groups, look.font.family],
  );
  const figure = useMemo(() => figureOf(laid, positions, look, measure), [laid, positions, look]);
  return { adjacency, laid, figure };
}
