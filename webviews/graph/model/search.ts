/** Finding nodes by what is written of them. Pure. */
import type { GraphNode, GraphSnapshot } from '../../../protocol/graphs';

/** `layer/index`, as researchers write features. */
export function placeName(node: GraphNode): string {
  return `${node.layer}/${node.index ?? ''}`;
}

/** Before a word: in tokens only. */
const TOKEN = 'token:';

interface Fields {
  /** Label, id, `layer/index`. */
  readonly own: readonly string[];
  readonly token: string;
}

/** Exact places and ids, then what nodes themselves say, then the tokens they stand at: many share one. */
const RANK = { exact: 0, own: 1, token: 2 };

/**
 * Nodes that hold all words of a query, in any case: in their label, their id, their `layer/index`, or the token they stand
 * at; a word behind `token:` only in the token. Of each rank those of greatest influence come first.
 * @returns indices of nodes; none for an empty query
 */
export function searchNodes({ nodes, tokens }: GraphSnapshot, query: string): readonly number[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== TOKEN);
  if (words.length === 0) return [];
  const exact = query.trim().toLowerCase();
  const texts = tokens.map((token) => token.toLowerCase());
  const rankOf = (node: GraphNode): number | null => {
    const own = [node.label.toLowerCase(), node.id.toLowerCase(), placeName(node)];
    if (own[1] === exact || own[2] === exact) return RANK.exact;
    const ranks = words.map((word) => rankOfWord(word, { own, token: texts[node.position] ?? '' }));
    return ranks.includes(null) ? null : Math.max(...ranks.map((rank) => rank ?? RANK.exact));
  };
  return nodes
    .map((node, index) => ({ node, index, rank: rankOf(node) }))
    .filter(({ rank }) => rank !== null)
    .sort(
      (a, b) => a.rank! - b.rank! || (a.node.influence ?? -1) - (b.node.influence ?? -1) || a.index - b.index,
    )
    .map(({ index }) => index);
}

function rankOfWord(word: string, { own, token }: Fields): number | null {
  if (word.startsWith(TOKEN)) return token.includes(word.slice(TOKEN.length)) ? RANK.token : null;
  if (own.some((field) => field.includes(word))) return RANK.own;
  return token.includes(word) ? RANK.token : null;
}
