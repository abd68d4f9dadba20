/** Whether the loaded dictionaries are those that a graph was computed with. */
import type { CircuitSources } from '../../engine/circuits/requests';
import type { FileGraph, FileNode } from '../../formats/attributionGraph/graph';

/** Graphs are computed in 16 bits too. */
const TOLERANCE = 0.1;

/**
 * A sentence with an example when most features of the graph have another activation, or none, in this run; null otherwise.
 */
export function otherFeatures({ nodes }: FileGraph, sources: CircuitSources): string | null {
  const active = new Map<string, number>();
  for (let i = 0; i < sources.activations.length; i++)
    active.set(
      `${sources.layers[i]!} ${sources.positions[i]!} ${sources.indices[i]!}`,
      sources.activations[i]!,
    );
  const activationOf = ({ layer, position, index }: FileNode) =>
    active.get(`${layer} ${position} ${index ?? ''}`) ?? 0;
  const known = nodes.filter(({ kind, activation }) => kind === 'feature' && activation !== null);
  const others = known.filter((node) => {
    const found = activationOf(node);
    return Math.abs(found - node.activation!) > TOLERANCE * Math.abs(node.activation!);
  });
  const example = others[0];
  if (!example || others.length <= known.length / 2) return null;
  return (
    `The loaded transcoders are not those of this graph: of its ${known.length} features ${others.length} have other ` +
    `activations here, such as ${activationOf(example).toPrecision(3)} instead of ${example.activation!.toPrecision(3)} ` +
    `for feature ${example.index ?? '?'} of layer ${example.layer}. Load those that it was computed with.`
  );
}
