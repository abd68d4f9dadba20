/** Groups of open graphs whose features can be swapped into another. Pure. */
import type { GraphAnnotations, GraphSnapshot } from '../../protocol/graphs';
import type { SwapSource } from '../../protocol/graphPanel';

/**
 * The groups of a graph that hold features of loaded dictionaries whose activation is known: in a graph of another model the same
 * layer and index mean something else. A feature that is a member at several positions is swapped in
 * once at each position, as strong as at its strongest.
 */
export function swapSourcesOf(
  { title, nodes }: GraphSnapshot,
  { groups }: GraphAnnotations,
): readonly SwapSource[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  return groups.flatMap(({ name, members }) => {
    const features = members.flatMap((id) => {
      const node = known.get(id);
      if (node?.kind !== 'feature' || node.feature === null || node.activation === null) return [];
      return [{ layer: node.layer, index: node.feature.index, activation: node.activation }];
    });
    return features.length > 0 ? [{ graph: title, group: name, features: strongestOfEach(features) }] : [];
  });
}

type SwappedFeature = SwapSource['features'][number];

function strongestOfEach(features: readonly SwappedFeature[]): readonly SwappedFeature[] {
  const found = new Map<string, SwappedFeature>();
  for (const feature of features) {
    const key = `${feature.layer} ${feature.index}`;
    const known = found.get(key);
    if (!known || known.activation < feature.activation) found.set(key, feature);
  }
  return [...found.values()];
}
