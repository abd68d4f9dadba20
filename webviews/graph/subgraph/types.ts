/** What the subgraph view needs of the panel and does to it. */
import type { GraphAnnotations, GraphSnapshot } from '../../../protocol/graphs';

/** A node's id, or `group:NAME` for a group that stands as one box: the keys of `GraphAnnotations.positions`. */
export type BoxId = string;

export interface SubgraphProps {
  readonly snapshot: GraphSnapshot;
  readonly annotations: GraphAnnotations;
  /** May name what is not in the subgraph; then nothing is selected here. */
  readonly selected: BoxId | null;
  /** An edit that can be undone; `what` names it ("Pin 3 nodes"). */
  readonly edit: (what: string, annotations: GraphAnnotations) => void;
  readonly select: (box: BoxId | null) => void;
  /** Enter or a double click on a node: shows all that is known of it. */
  readonly open: (node: string) => void;
}
