/** What feeds a node, and what feeds that: a tree that unfolds along edges. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { togglePin } from '../actions';
import { ground } from '../derived';
import { actionOf } from '../keys';
import { parentOf, treeRows } from '../model/tree';
import type { TreeMore, TreeNode, TreeRow, Unfolded } from '../model/tree';
import { effectMark, effectWord, layerMark, nodeName, percent, short, signed, tokenAt } from '../model/words';
import { select } from '../selection';

const FOLDED: Unfolded = { open: new Set(), whole: new Set() };

export function InputTree({ graph, root }: { readonly graph: GraphSnapshot; readonly root: number }): VNode {
  const list = useRef<HTMLUListElement>(null);
  const [unfolded, setUnfolded] = useState(FOLDED);
  const [at, setAt] = useState('');
  // Another root is another tree, but the list stays: the keyboard is in it.
  useLayoutEffect(() => {
    setUnfolded(FOLDED);
    setAt('');
  }, [root]);
  const rows = treeRows(ground.value, root, unfolded);
  const place = Math.max(
    0,
    rows.findIndex(({ key }) => key === at),
  );
  useEffect(() => {
    list.current?.querySelector('.current')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const fold = (key: string, isOpen: boolean): void => {
    setUnfolded({ ...unfolded, open: changed(unfolded.open, key, isOpen) });
  };
  const enter = (row: TreeRow): void => {
    if (row.kind === 'node') select(row.node);
    else setUnfolded({ ...unfolded, whole: changed(unfolded.whole, row.of, true) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[place]!;
    const go = (to: TreeRow | undefined): void => {
      if (to) setAt(to.key);
    };
    if (event.key === 'ArrowDown') go(rows[place + 1]);
    else if (event.key === 'ArrowUp') go(rows[place - 1]);
    else if (event.key === 'Home') go(rows[0]);
    else if (event.key === 'End') go(rows.at(-1));
    else if (event.key === 'ArrowRight' && row.kind === 'node') {
      if (row.open) go(rows[place + 1]);
      else fold(row.key, true);
    } else if (event.key === 'ArrowLeft') {
      if (row.kind === 'node' && row.open && row.edge !== null) fold(row.key, false);
      else go(parentOf(rows, row.key));
    } else if (event.key === 'Enter') enter(row);
    else if (actionOf(event, false) === 'pin' && row.kind === 'node') togglePin(row.node);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ul
      ref={list}
      class="tree"
      role="tree"
      tabIndex={0}
      aria-label="Inputs of the selected node. Right unfolds, Left folds, P pins, Enter selects."
      aria-activedescendant={`branch-${rows[place]!.key}`}
      onKeyDown={onKeyDown}
    >
      {rows.map((row, i) => (
        <li
          key={row.key}
          id={`branch-${row.key}`}
          role="treeitem"
          class={i === place ? 'current' : ''}
          aria-level={row.depth}
          aria-posinset={row.place}
          aria-setsize={row.siblings}
          aria-selected={i === place}
          {...(row.kind === 'node' && row.inputs > 0 ? { 'aria-expanded': row.open } : {})}
          style={{ paddingLeft: `${(row.depth - 1) * 16 + 4}px` }}
          onClick={() => {
            setAt(row.key);
            if (row.kind === 'more') enter(row);
            else if (row.edge !== null) fold(row.key, !row.open);
          }}
          onDblClick={() => {
            enter(row);
          }}
        >
          {row.kind === 'node' ? <NodeRow graph={graph} row={row} /> : <MoreRow row={row} />}
        </li>
      ))}
    </ul>
  );
}

function NodeRow({ graph, row }: { readonly graph: GraphSnapshot; readonly row: TreeNode }): VNode {
  const node = graph.nodes[row.node]!;
  const { edge } = row;
  return (
    <>
      <span class="fold" aria-hidden="true">
        {row.inputs === 0 ? '·' : row.open ? '▾' : '▸'}
      </span>
      {edge && (
        <span class={`weight ${edge.weight < 0 ? 'lowers' : 'raises'}`}>
          <span aria-hidden="true">{effectMark(edge.weight)}</span>
          <span class="unseen">{effectWord(edge.weight)}</span> {signed(edge.weight)}{' '}
          <small>{percent(edge.share)}</small>
        </span>
      )}{' '}
      <bdi>{short(nodeName(node, graph), 100)}</bdi>{' '}
      <small>
        {layerMark(node.layer, graph)} <bdi>{tokenAt(graph, node.position)}</bdi>
      </small>
    </>
  );
}

function MoreRow({ row }: { readonly row: TreeMore }): VNode {
  return <span class="link">{row.count} weaker inputs</span>;
}

function changed(keys: ReadonlySet<string>, key: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(keys);
  if (isIn) next.add(key);
  else next.delete(key);
  return next;
}
