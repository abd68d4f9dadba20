/** Groups of open graphs whose features can be swapped into another. Pure. */
import type { GraphAnnotations, GraphSnapshot } from '../../protocol/graphs';
import type { SwapSource } from '../../protocol/graphPanel';

/** The groups of a graph that hold features whose activation is known. */
export function swapSourcesOf(
  { title, nodes }: GraphSnapshot,
  { groups }: GraphAnnotations,
): readonly SwapSource[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  return groups.flatMap(({ name, members }) => {
    const features = members.flatMap((id) => {
      const node = known.get(id);
      if (node?.kind !== 'feature' || node.index === null || node.activation === null) return [];
      return [{ layer: node.layer, index: node.index, activation: node.activation }];
    });
    return features.length > 0 ? [{ graph: title, group: name, features }] : [];
  });
}
