/** What is asked when nodes are changed, and how it is written. Pure. */
import type { SwapSource } from '../../../protocol/graphPanel';
import type {
  GraphHold,
  GraphNode,
  GraphSnapshot,
  InsertedFeature,
  InterveneGraphParams,
} from '../../../protocol/graphs';

/** What the panel sends to its host. */
export type Intervention = Omit<InterveneGraphParams, 'id' | 'workDoneToken'>;

export const HOLDS: readonly {
  readonly value: GraphHold;
  readonly label: string;
  readonly meaning: string;
}[] = [
  {
    value: 'everything',
    label: 'Everything',
    meaning:
      'Attention patterns, norm scales, other features and errors stay as they were: only direct effects are seen, which is what edges claim.',
  },
  {
    value: 'attention',
    label: 'Attention',
    meaning:
      'Attention patterns stay as they were; features, norms and errors after the change are computed anew.',
  },
  {
    value: 'nothing',
    label: 'Nothing',
    meaning: 'Nothing is held: the true effect on the model, attention included.',
  },
];

/** Outputs are read, not changed; nodes of kinds that only files know are not in the model. */
export function canChange({ kind }: GraphNode): boolean {
  return kind === 'feature' || kind === 'error' || kind === 'token';
}

export function scaling(nodes: readonly string[], factor: number, hold: GraphHold): Intervention {
  return { changes: [{ nodes, factor }], inserts: [], hold };
}

/** Ablates nodes and sets a group's features in their stead, at each of the given positions. */
export function swap(
  nodes: readonly string[],
  source: SwapSource,
  positions: readonly number[],
  hold: GraphHold,
): Intervention {
  const inserts = positions.flatMap((position): InsertedFeature[] =>
    source.features.map((feature) => ({ ...feature, position })),
  );
  return { changes: [{ nodes, factor: 0 }], inserts, hold };
}

/** Positions at which nodes stand, ascending. */
export function positionsOf({ nodes }: GraphSnapshot, ids: readonly string[]): readonly number[] {
  const wanted = new Set(ids);
  const positions = nodes.flatMap(({ id, position }) => (wanted.has(id) ? [position] : []));
  return [...new Set(positions)].sort((a, b) => a - b);
}

/** "Ablated …", "Halved …", "… times 3". */
export function changeWords(what: string, factor: number): string {
  if (factor === 0) return `Ablated ${what}`;
  if (factor === 2) return `Doubled ${what}`;
  return `Scaled ${what} by ${factor}`;
}

export function holdWords(hold: GraphHold): string {
  switch (hold) {
    case 'everything':
      return 'everything else held';
    case 'attention':
      return 'attention held';
    case 'nothing':
      return 'nothing held';
  }
}
