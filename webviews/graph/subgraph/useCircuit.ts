import { useMemo } from 'preact/hooks';
import type { GraphAnnotations, GraphSnapshot } from '../../../protocol/graphs';
import { measure } from '../../lib/measure';
import { theme } from '../../lib/theme';
import { Adjacency } from '../model/adjacency';
import { circuitOf } from './circuit';
import { figureOf, laidOut } from './figure';
import type { Figure, LaidOut, Positions } from './figure';

export interface LaidCircuit {
  readonly adjacency: Adjacency;
  readonly laid: LaidOut;
}

/** The circuit of a graph, laid out again only when pins, groups or texts change. */
export function useCircuit(snapshot: GraphSnapshot, annotations: GraphAnnotations): LaidCircuit {
  const { pinned, groups } = annotations;
  const { font } = theme.value;
  const adjacency = useMemo(() => new Adjacency(snapshot.nodes.length, snapshot.links), [snapshot]);
  const laid = useMemo(
    () => laidOut(circuitOf(snapshot, annotations, adjacency), snapshot, font, measure),
    [snapshot, pinned, groups, font.family],
  );
  return { adjacency, laid };
}

/** The circuit with its boxes where the user put them. */
export function useFigure(laid: LaidOut, positions: Positions): Figure {
  const look = theme.value;
  return useMemo(() => figureOf(laid, positions, look, measure), [laid, positions, look]);
}
