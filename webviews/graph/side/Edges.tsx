/** What goes into a node or comes out of it, strongest first. A click walks there. */
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { carried, isCarried, toggleCarriers } from '../carriers';
import { ground, nodeAt } from '../derived';
import type { RankedEdge } from '../model/adjacency';
import { shownEdges } from '../model/walk';
import { effectMark, effectWord, nodeName, percent, short, signed } from '../model/words';
import { hovered } from '../selection';
import { unable } from '../store';
import { CarriersView } from './CarriersView';
import { NodeLink } from './NodeLink';

type Direction = 'inputs' | 'outputs';

/** Rows before one asks for more, and what is added then. */
const FIRST = 10;
const MORE = 100;

export function Edges(props: {
  readonly graph: GraphSnapshot;
  readonly index: number;
  readonly direction: Direction;
}): VNode {
  const { graph, index, direction } = props;
  const [most, setMost] = useState(FIRST);
  const edges = shownEdges(ground.value, index, direction);
  const { adjacency } = ground.value;
  const all = (direction === 'inputs' ? adjacency.linksInto(index) : adjacency.linksOutOf(index)).length;
  const title = direction === 'inputs' ? 'Inputs' : 'Outputs';
  return (
    <section aria-label={title}>
      <h3>
        {title} <small>{countWords(edges.length, all)}</small>
      </h3>
      <ol class="edges">
        {edges.slice(0, most).map((edge) => (
          <EdgeRow key={edge.link} graph={graph} index={index} edge={edge} direction={direction} />
        ))}
      </ol>
      {edges.length > most && (
        <button
          class="link"
          onClick={() => {
            setMost(most + MORE);
          }}
        >
          {Math.min(MORE, edges.length - most)} more
        </button>
      )}
    </section>
  );
}

function EdgeRow(props: {
  readonly graph: GraphSnapshot;
  readonly index: number;
  readonly edge: RankedEdge;
  readonly direction: Direction;
}): VNode {
  const { graph, index, edge, direction } = props;
  const other = graph.nodes[edge.node]!;
  const name = nodeName(other, graph);
  const [source, target] = direction === 'inputs' ? [edge.node, index] : [index, edge.node];
  const [from, to] = [nodeAt(source)!.id, nodeAt(target)!.id];
  return (
    <li
      onPointerEnter={() => {
        hovered.value = edge.node;
      }}
      onPointerLeave={() => {
        hovered.value = null;
      }}
    >
      <span
        class={`weight ${edge.weight < 0 ? 'lowers' : 'raises'}`}
        title={`${effectWord(edge.weight)} it: ${percent(edge.share)} of what ${direction === 'inputs' ? 'this node' : 'that node'} receives`}
      >
        <span aria-hidden="true">{effectMark(edge.weight)}</span>
        <span class="unseen">{effectWord(edge.weight)}</span> {signed(edge.weight)}
      </span>
      <span class="share">{percent(edge.share)}</span>
      <NodeLink graph={graph} index={edge.node} />
      {unable.value === null && (
        <button
          class="link heads"
          title="Which attention heads carried this edge"
          aria-label={`heads, ${short(name, 60)}`}
          aria-expanded={isCarried(from, to)}
          onClick={() => {
            toggleCarriers(from, to);
          }}
        >
          heads
        </button>
      )}
      {isCarried(from, to) && carried.value && <CarriersView carried={carried.value} />}
    </li>
  );
}

function countWords(shown: number, all: number): string {
  if (all === 0) return 'none';
  return shown === all ? String(all) : `${shown} of ${all} (the others are hidden)`;
}
