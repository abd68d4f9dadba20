/** The inputs of a node as a tree, and the inputs of those, as far as they are unfolded. Pure. */
import type { RankedEdge } from './adjacency';
import { shownEdges } from './walk';
import type { Ground } from './walk';

/** Branches that a node shows before one asks for the others. */
export const FIRST_BRANCHES = 8;

/** What is unfolded, by keys of rows. */
export interface Unfolded {
  /** Nodes whose inputs are shown. */
  readonly open: ReadonlySet<string>;
  /** Nodes of which all inputs are shown. */
  readonly whole: ReadonlySet<string>;
}

interface Row {
  /** The way to it from the root, unique in its tree. */
  readonly key: string;
  /** From 1, as assistive technology counts. */
  readonly depth: number;
  /** Its number among its siblings, from 1. */
  readonly place: number;
  readonly siblings: number;
}

export interface TreeNode extends Row {
  readonly kind: 'node';
  readonly node: number;
  /** Null for the root. */
  readonly edge: RankedEdge | null;
  readonly inputs: number;
  readonly open: boolean;
}

/** Stands for the inputs that are not shown. */
export interface TreeMore extends Row {
  readonly kind: 'more';
  /** The key of the node whose inputs they are. */
  readonly of: string;
  readonly count: number;
}

export type TreeRow = TreeNode | TreeMore;

/** From top to bottom. The root is always open. */
export function treeRows(ground: Ground, root: number, unfolded: Unfolded): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (node: number, edge: RankedEdge | null, at: Row): void => {
    const inputs = shownEdges(ground, node, 'inputs');
    const open = inputs.length > 0 && (edge === null || unfolded.open.has(at.key));
    rows.push({ ...at, kind: 'node', node, edge, inputs: inputs.length, open });
    if (!open) return;
    const count =
      unfolded.whole.has(at.key) || inputs.length <= FIRST_BRANCHES + 1 ? inputs.length : FIRST_BRANCHES;
    const siblings = count < inputs.length ? count + 1 : count;
    const row = (key: string, place: number): Row => ({
      key: `${at.key}/${key}`,
      depth: at.depth + 1,
      place,
      siblings,
    });
    inputs.slice(0, count).forEach((input, i) => {
      walk(input.node, input, row(String(input.link), i + 1));
    });
    if (count < inputs.length)
      rows.push({ ...row('more', siblings), kind: 'more', of: at.key, count: inputs.length - count });
  };
  walk(root, null, { key: '', depth: 1, place: 1, siblings: 1 });
  return rows;
}

/** The row of the node that a row hangs from; undefined for the root. */
export function parentOf(rows: readonly TreeRow[], key: string): TreeRow | undefined {
  const cut = key.lastIndexOf('/');
  return cut < 0 ? undefined : rows.find((row) => row.key === key.slice(0, cut));
}
