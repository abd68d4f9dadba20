/** Nodes as rows, sortable. Only rows in sight are there, so that thousands are no burden. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { shortNumber } from '../../../protocol/wording';
import { open, togglePin } from '../actions';
import { ground, pinned, visibleList } from '../derived';
import { FIRST_SORTING, rowsInSight, sortedBy, sortedNodes } from '../model/table';
import type { Column, Sorting } from '../model/table';
import {
  ENTERS_AT,
  entersAtMeaning,
  kindName,
  layerMark,
  nodeName,
  percent,
  short,
  tokenAt,
} from '../model/words';
import { select, selected } from '../selection';

/** Height of a row, in pixels; the style sheet gives it. */
const ROW = 24;
const PAGE_ROWS = 15;

interface Heading {
  readonly column: Column;
  readonly text: string;
  readonly title: string;
  readonly isNumber?: true;
}

const HEADINGS: readonly Heading[] = [
  { column: 'layer', text: 'Layer', title: 'tok: tokens, out: outputs' },
  { column: 'position', text: 'Token', title: 'Token at the node’s position' },
  { column: 'name', text: 'Node', title: 'Label, or what is known' },
  { column: 'kind', text: 'Kind', title: 'Token, feature, error or output' },
  { column: 'activation', text: 'Activation', title: 'How strongly a feature is active', isNumber: true },
  { column: 'probability', text: 'Probability', title: 'Probability of an output token', isNumber: true },
  { column: 'influence', text: ENTERS_AT, title: entersAtMeaning, isNumber: true },
  { column: 'inputs', text: 'In', title: 'Edges that go in', isNumber: true },
  { column: 'outputs', text: 'Out', title: 'Edges that come out', isNumber: true },
];

export function NodeTable({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [sorting, setSorting] = useState<Sorting>(FIRST_SORTING);
  const [top, setTop] = useState(0);
  const height = useHeight(scroller);
  const shown = visibleList.value;
  const { adjacency } = ground.value;
  const nodes = useMemo(
    () => sortedNodes(graph.nodes, shown, adjacency, graph, sorting),
    [graph, shown, adjacency, sorting],
  );
  const at = selected.value === null ? -1 : nodes.indexOf(selected.value);
  const rows = rowsInSight(nodes.length, ROW, top, height);
  useEffect(() => {
    if (at >= 0 && scroller.current) keepInSight(scroller.current, at);
  }, [at]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = rowAfter(event.key, at, nodes.length);
    if (to === undefined || event.target !== event.currentTarget) return;
    event.preventDefault();
    event.stopPropagation();
    select(nodes[to] ?? null);
  };
  return (
    <div
      ref={scroller}
      class="table"
      role="grid"
      tabIndex={0}
      aria-label="Nodes that are shown. Up and Down move, P pins, Enter opens the details."
      aria-rowcount={nodes.length + 1}
      aria-activedescendant={at >= rows.from && at < rows.to ? `row-${nodes[at]}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => {
        setTop(currentTarget.scrollTop);
      }}
    >
      <table role="presentation">
        <Head
          sorting={sorting}
          onSort={(column) => {
            setSorting(sortedBy(sorting, column));
          }}
        />
        <tbody role="rowgroup">
          <tr class="spacer" role="presentation" style={{ height: `${rows.from * ROW}px` }} />
          {nodes.slice(rows.from, rows.to).map((node, i) => (
            <Row key={node} graph={graph} index={node} row={rows.from + i} isAt={rows.from + i === at} />
          ))}
          <tr class="spacer" role="presentation" style={{ height: `${(nodes.length - rows.to) * ROW}px` }} />
        </tbody>
      </table>
    </div>
  );
}

function Head(props: { readonly sorting: Sorting; readonly onSort: (column: Column) => void }): VNode {
  const { sorting, onSort } = props;
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        <th role="columnheader" scope="col" title="Pinned nodes">
          Pin
        </th>
        {HEADINGS.map(({ column, text, title, isNumber }) => {
          const isBy = sorting.by === column;
          const direction = sorting.descending ? 'descending' : 'ascending';
          return (
            <th
              key={column}
              role="columnheader"
              scope="col"
              class={isNumber ? 'number' : column}
              title={title}
              aria-sort={isBy ? direction : 'none'}
            >
              <button
                class="heading"
                onClick={() => {
                  onSort(column);
                }}
              >
                {text}
                <span aria-hidden="true">{isBy ? (sorting.descending ? ' ▾' : ' ▴') : ''}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Row(props: {
  readonly graph: GraphSnapshot;
  readonly index: number;
  readonly row: number;
  readonly isAt: boolean;
}): VNode {
  const { graph, index, row, isAt } = props;
  const node = graph.nodes[index]!;
  const { adjacency } = ground.value;
  const name = nodeName(node, graph);
  return (
    <tr
      id={`row-${index}`}
      role="row"
      class={isAt ? 'current' : ''}
      aria-rowindex={row + 2}
      aria-selected={isAt}
      onClick={() => {
        select(index);
      }}
      onDblClick={() => {
        open(index);
      }}
    >
      <td role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={pinned.value.has(index)}
          aria-label={`Pin ${short(name, 80)}`}
          onClick={(event) => {
            event.stopPropagation();
          }}
          onChange={() => {
            togglePin(index);
          }}
        />
      </td>
      <td role="gridcell">{layerMark(node.layer, graph)}</td>
      <td role="gridcell" class="token">
        <bdi>{tokenAt(graph, node.position)}</bdi> <small>{node.position}</small>
      </td>
      <td role="gridcell" class="name" title={name}>
        <bdi>{short(name, 120)}</bdi>
      </td>
      <td role="gridcell">
        {kindName(node)} <small>{node.kind === 'feature' ? `${node.layer}/${node.index ?? '?'}` : ''}</small>
      </td>
      <td role="gridcell" class="number">
        {node.activation === null ? '' : shortNumber(node.activation)}
      </td>
      <td role="gridcell" class="number">
        {node.probability === null ? '' : percent(node.probability)}
      </td>
      <td role="gridcell" class="number">
        {node.influence === null ? '' : percent(node.influence)}
      </td>
      <td role="gridcell" class="number">
        {adjacency.linksInto(index).length}
      </td>
      <td role="gridcell" class="number">
        {adjacency.linksOutOf(index).length}
      </td>
    </tr>
  );
}

/** The row to which a key leads; undefined for other keys, and when there are no rows. */
function rowAfter(key: string, at: number, count: number): number | undefined {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE_ROWS,
    PageUp: at - PAGE_ROWS,
    Home: 0,
    End: count - 1,
  };
  const wanted = targets[key];
  return wanted === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, wanted));
}

/** The headings cover one row. */
function keepInSight(scroller: HTMLElement, row: number): void {
  const [above, below] = [row * ROW, (row + 2) * ROW - scroller.clientHeight];
  if (scroller.scrollTop > above) scroller.scrollTop = above;
  else if (scroller.scrollTop < below) scroller.scrollTop = below;
}

function useHeight(element: { readonly current: HTMLElement | null }): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const watched = element.current!;
    const observer = new ResizeObserver(() => {
      setHeight(watched.clientHeight);
    });
    observer.observe(watched);
    return () => {
      observer.disconnect();
    };
  }, []);
  return height;
}
