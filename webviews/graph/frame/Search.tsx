/** Search: what is typed, and below it the nodes that are meant. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { focusOn } from '../actions';
import { visible } from '../derived';
import { searchNodes } from '../model/search';
import { nodeName, placeMark, short, tokenAt } from '../model/words';
import { pictureControl } from '../pictureControl';
import { selectShown } from '../selection';

/** Rows of the list. */
const MOST = 50;

export function Search({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = useMemo(() => searchNodes(graph, query), [graph, query]);
  const rows = found.slice(0, MOST);
  useEffect(() => {
    focusOn.search = () => field.current?.select();
  }, []);
  const take = (node: number | undefined): void => {
    if (node === undefined) return;
    setOpen(false);
    selectShown(node);
    pictureControl.current?.zoomTo(node);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const by = steps[event.key];
    if (by !== undefined && rows.length > 0) {
      setOpen(true);
      setAt((at + by + rows.length) % rows.length);
    } else if (event.key === 'Enter') take(rows[at]);
    else if (event.key === 'Escape' && open) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isOpen = open && query.trim() !== '';
  return (
    <span
      class="search"
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <input
        ref={field}
        type="text"
        role="combobox"
        placeholder="Search nodes"
        aria-label="Search nodes by label, token, layer/index or id"
        title="Label, token, layer/index or id; token:WORD looks into tokens only (/)"
        aria-expanded={isOpen}
        aria-controls="found"
        {...(isOpen && rows.length > 0 ? { 'aria-activedescendant': `found-${at}` } : {})}
        value={query}
        onInput={({ currentTarget }) => {
          setQuery(currentTarget.value);
          setOpen(true);
          setAt(0);
        }}
        onFocus={() => {
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      {isOpen && (
        <div class="found">
          <p role="status">{countWords(found.length)}</p>
          <ul id="found" role="listbox" aria-label="Found nodes">
            {rows.map((node, row) => (
              <Row
                key={node}
                graph={graph}
                node={node}
                row={row}
                isAt={row === at}
                onTake={() => {
                  take(node);
                }}
              />
            ))}
          </ul>
        </div>
      )}
    </span>
  );
}

function Row(props: {
  readonly graph: GraphSnapshot;
  readonly node: number;
  readonly row: number;
  readonly isAt: boolean;
  readonly onTake: () => void;
}): VNode {
  const { graph, node: index, row, isAt, onTake } = props;
  const node = graph.nodes[index]!;
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isAt) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isAt]);
  return (
    <li
      ref={line}
      id={`found-${row}`}
      role="option"
      aria-selected={isAt}
      onPointerDown={(event) => {
        event.preventDefault();
        onTake();
      }}
    >
      <small>{placeMark(node, graph)}</small> <bdi>{short(nodeName(node, graph), 80)}</bdi>{' '}
      <small>
        <bdi>{tokenAt(graph, node.position)}</bdi>
        {visible.value[index] === 1 ? '' : ' (hidden now)'}
      </small>
    </li>
  );
}

function countWords(count: number): string {
  if (count === 0) return 'No node says so.';
  if (count > MOST) return `${count.toLocaleString('en')} nodes; the first ${MOST}:`;
  return count === 1 ? '1 node' : `${count} nodes`;
}
