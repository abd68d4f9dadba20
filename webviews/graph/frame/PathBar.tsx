/** The path between two nodes: its ends, how strong it is, and how much of its surroundings is shown. */
import type { VNode } from 'preact';
import { Button } from '../../lib/controls';
import { indexOf, nodeAt } from '../derived';
import { nodeName, percent, short } from '../model/words';
import { path, pathChoice, select } from '../selection';
import type { PathChoice } from '../selection';
import { annotations, edit, snapshot, update } from '../store';
import { pinPath } from '../subgraph/neighbours';

export function PathBar(): VNode | null {
  const choice = pathChoice.value;
  if (!choice) return null;
  const [from, to] = endsOf(choice);
  return (
    <div class="banner path" role="status">
      <p>
        Path from <NodeLink id={from} />
        {to === null ? (
          ': select the other end and press F, or “Path to Here”.'
        ) : (
          <>
            {' '}
            to <NodeLink id={to} />: <Found />
          </>
        )}
      </p>
      {path.value && (
        <label
          class="field"
          title="Paths that are at least so strong, compared with the strongest, are shown too"
        >
          <span>also paths from {percent(choice.least)} of it</span>
          <input
            type="range"
            min={0.01}
            max={1}
            step={0.01}
            value={choice.least}
            onInput={({ currentTarget }) => {
              pathChoice.value = { ...choice, least: currentTarget.valueAsNumber };
            }}
          />
        </label>
      )}
      {path.value && (
        <Button title="Pins the nodes of the strongest path" onClick={showAsSubgraph}>
          Show as Subgraph
        </Button>
      )}
      <Button
        onClick={() => {
          pathChoice.value = null;
        }}
      >
        Close Path
      </Button>
    </div>
  );
}

function showAsSubgraph(): void {
  const [graph, found] = [snapshot.value, path.value];
  if (!graph || !found) return;
  edit(pinPath(graph, annotations.value, found.strongest.nodes));
  update({ view: 'subgraph' });
}

/** In the direction of the edges, whichever was marked first. */
function endsOf({ start, end }: PathChoice): readonly [string, string | null] {
  const first = nodeAt(path.value?.strongest.nodes[0] ?? null)?.id;
  return end !== null && first === end ? [end, start] : [start, end];
}

function Found(): VNode {
  const found = path.value;
  if (!found)
    return <>no path leads through the nodes that are shown. Show more nodes, or choose other ends.</>;
  const { strongest, nodes } = found;
  return (
    <span title="Product, along the path, of the share that each node has in what the next one receives">
      {strongest.links.length} {strongest.links.length === 1 ? 'edge' : 'edges'}, strength{' '}
      {percent(strongest.strength)}, {nodes.length} nodes on such paths.
    </span>
  );
}

function NodeLink({ id }: { readonly id: string }): VNode {
  const index = indexOf.value.get(id) ?? null;
  const node = nodeAt(index);
  const graph = snapshot.value;
  if (!node || !graph) return <>a node that is gone</>;
  return (
    <button
      class="link"
      onClick={() => {
        select(index);
      }}
    >
      <bdi>{short(nodeName(node, graph), 40)}</bdi>
    </button>
  );
}
