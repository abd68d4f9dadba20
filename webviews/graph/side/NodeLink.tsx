/** A node by its name, which selects it, and where it stands. */
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { layerMark, nodeName, short, tokenAt } from '../model/words';
import { select } from '../selection';

/** @param index - of the node in the graph */
export function NodeLink({ graph, index }: { readonly graph: GraphSnapshot; readonly index: number }): VNode {
  const node = graph.nodes[index]!;
  const name = nodeName(node, graph);
  return (
    <>
      <button
        class="link name"
        title={name}
        onClick={() => {
          select(index);
        }}
      >
        <bdi>{short(name, 120)}</bdi>
      </button>
      <small class="at">
        {layerMark(node.layer, graph)} <bdi>{tokenAt(graph, node.position)}</bdi>
      </small>
    </>
  );
}
