/** Writing a part of a graph again, for other values. */
import type { Builder } from './builder';
import { isOp, type Node, type Value } from './types';

/**
 * Writes again what leads from substituted values to `target` and returns what the target becomes. All else is used as it is,
 * and hook points in between go on naming the first values.
 *
 * Nothing here knows what the nodes mean, so a family's own way from queries to patterns (rotary, caps) is followed.
 * @param substitutes each with the shape of the value that it stands for
 */
export function recompute(builder: Builder, target: Value, substitutes: ReadonlyMap<Value, Value>): Value {
  const copies = new Map(substitutes);
  for (const node of leadingTo(target, builder.build().nodes, substitutes)) {
    if (!node.inputs.some((value) => copies.has(value))) continue;
    const inputs = node.inputs.map((value) => copies.get(value) ?? value);
    const outputs = isOp(node, 'hook') ? inputs : builder.emit(node.op, inputs, node.attributes);
    node.outputs.forEach((value, i) => {
      if (!substitutes.has(value)) copies.set(value, outputs[i]!);
    });
  }
  return copies.get(target) ?? target;
}

/** The nodes that `target` needs, in running order, none that only makes what is substituted. */
function leadingTo(
  target: Value,
  nodes: readonly Node[],
  substitutes: ReadonlyMap<Value, Value>,
): readonly Node[] {
  const needed = new Set([target]);
  const found: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((value) => needed.has(value) && !substitutes.has(value))) continue;
    found.push(node);
    for (const value of node.inputs) needed.add(value);
  }
  return found.reverse();
}
