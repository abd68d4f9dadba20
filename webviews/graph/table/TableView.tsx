/** The table twin: all nodes that are shown, and the inputs of the selected one as a tree, with the same actions. */
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { selected } from '../selection';
import { InputTree } from './InputTree';
import { NodeTable } from './NodeTable';

export function TableView({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const at = selected.value;
  return (
    <div class="twin">
      <NodeTable graph={graph} />
      {at === null ? (
        <p class="hint">Select a node to see its inputs as a tree.</p>
      ) : (
        <InputTree graph={graph} root={at} />
      )}
    </div>
  );
}
