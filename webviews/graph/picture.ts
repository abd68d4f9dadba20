/**
 * What the picture of a graph (`GraphCanvas`) is given and what it says back. Nodes are named by their index in
 * `GraphSnapshot.nodes`, edges by their index in its lists of links.
 */
import type { GraphSnapshot } from '../../protocol/graphs';

/** Nodes that share a mark; the mark is the group's number, from 1 in the order of the list. */
export interface PictureGroup {
  readonly name: string;
  readonly members: readonly number[];
}

/** A way between nodes, emphasised. */
export interface PicturePath {
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
}

export const NO_PATH: PicturePath = { nodes: [], edges: [] };

/** What the panel's buttons and keys ask of the picture. */
export interface PictureControl {
  /** Shows the whole graph, laid out for the size that the picture has now. */
  readonly fit: () => void;
  /** By a factor about the middle; above 1 nearer. */
  readonly zoom: (factor: number) => void;
  /** Moves as little as needed for a node to be in sight. */
  readonly reveal: (node: number) => void;
  /** Brings a node into the middle, near enough to read what is around it. */
  readonly zoomTo: (node: number) => void;
  /** Takes the keyboard's focus. */
  readonly focus: () => void;
}

export interface PictureProps {
  readonly snapshot: GraphSnapshot;
  /** The nodes to show, ascending; edges are shown between them. A new list means a new layout. */
  readonly visible: readonly number[];
  readonly selected: number | null;
  readonly hovered: number | null;
  readonly pinned: ReadonlySet<number>;
  /** Those of the pinned that actions on several are for. */
  readonly chosen: ReadonlySet<number>;
  readonly groups: readonly PictureGroup[];
  readonly path: PicturePath;
  /** The position whose token the editor's cursor is in. */
  readonly cursorPosition: number | null;
  /** What the picture is called by assistive technology. */
  readonly label: string;
  /** One line on a node for the tooltip, as it is shown (inert). */
  readonly tip: (node: number) => string;
  /** A click on a node; null: on nothing. */
  readonly onSelect: (node: number | null) => void;
  readonly onHover: (node: number | null) => void;
  /** A click with Ctrl, Cmd or Shift. */
  readonly onChoose: (node: number) => void;
  /** A double click on a node. */
  readonly onOpen: (node: number) => void;
  /** A click on a token under its column. */
  readonly onGoTo: (position: number) => void;
  /**
   * Keys go here first. True: it is done. Otherwise arrows move the picture, `+` and `-` zoom, `0` shows all of it.
   */
  readonly onKey?: (event: KeyboardEvent) => boolean;
  /** Filled while the picture is shown. */
  readonly control?: { current: PictureControl | null };
}
