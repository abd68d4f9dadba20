/** Finding nodes by what is written of them. Pure. */
import type { GraphNode, GraphSnapshot } from '../../../protocol/graphs';

/** `layer/index`, as researchers write features. */
export function placeName(node: GraphNode): string {
  return `${node.layer}/${node.index ?? ''}`;
}

/**
 * Nodes that hold all words of a query, in any case: in their label, their id, the token they stand at or
 * their `layer/index`. Exact places and ids come first, then those of greatest influence.
 * @returns indices of nodes; none for an empty query
 */
export function searchNodes({ nodes, tokens }: GraphSnapshot, query: string): readonly number[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const exact = query.trim().toLowerCase();
  const texts = tokens.map((token) => token.toLowerCase());
  const isExact = (node: GraphNode): boolean => node.id.toLowerCase() === exact || placeName(node) === exact;
  return nodes
    .map((node, index) => ({ node, index }))
    .filter(({ node }) => {
      const fields = [
        node.label.toLowerCase(),
        node.id.toLowerCase(),
        texts[node.position] ?? '',
        placeName(node),
      ];
      return words.every((word) => fields.some((field) => field.includes(word)));
    })
    .sort(
      (a, b) =>
        Number(isExact(b.node)) - Number(isExact(a.node)) ||
        (a.node.influence ?? -1) - (b.node.influence ?? -1) ||
        a.index - b.index,
    )
    .map(({ index }) => index);
}
