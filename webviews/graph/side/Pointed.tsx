/** One line on the node under the pointer, and on its edge with the selected one. Always there, so that nothing moves. */
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { ground } from '../derived';
import { effectMark, effectWord, percent, signed, tipWords } from '../model/words';
import { hovered, selected } from '../selection';

export function Pointed({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const index = hovered.value;
  const node = index === null ? undefined : graph.nodes[index];
  return (
    <p class="pointed" aria-hidden="true">
      {node && index !== null ? (
        <>
          <bdi>{tipWords(node, graph)}</bdi>
          <br />
          {edgeWords(index)}
        </>
      ) : null}
    </p>
  );
}

function edgeWords(index: number): string {
  const at = selected.value;
  if (at === null || at === index) return '';
  const { adjacency } = ground.value;
  const into = adjacency.between(index, at);
  if (into)
    return `${effectMark(into.weight)} ${effectWord(into.weight)} the selected node by ${signed(into.weight)}, ${percent(into.share)} of its input`;
  const outOf = adjacency.between(at, index);
  if (outOf)
    return `${effectMark(outOf.weight)} the selected node ${effectWord(outOf.weight)} it by ${signed(outOf.weight)}, ${percent(outOf.share)} of its input`;
  return 'no edge with the selected node';
}
