/** A group: its members, what it receives and does as one, and what can be done with it. */
import type { VNode } from 'preact';
import type { GraphGroup, GraphSnapshot } from '../../../protocol/graphs';
import { Button } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { ground, indicesOf, visible } from '../derived';
import { removeMembers, setCollapsed, ungroup } from '../model/annotations';
import { groupEdges } from '../model/groups';
import { effectMark, effectWord, signed } from '../model/words';
import { openForm } from '../side';
import { annotations, edit } from '../store';
import { selectedSubject } from '../subject';
import { ChangeBox } from './ChangeBox';
import { RenameForm } from './Forms';
import { NodeLink } from './NodeLink';

/** Rows of edges. */
const MOST = 10;

interface Props {
  readonly graph: GraphSnapshot;
  readonly group: GraphGroup;
}

export function GroupPage({ graph, group }: Props): VNode {
  const subject = selectedSubject.value;
  const count = group.members.length;
  return (
    <article>
      <h2>
        <bdi>{inert(group.name)}</bdi> <small>{count === 1 ? '1 node' : `${count} nodes`}</small>
      </h2>
      <p class="buttons">
        <Button
          onClick={() => {
            openForm('rename');
          }}
        >
          Rename…
        </Button>
        <Button
          pressed={group.collapsed}
          title="Shows it as one box in the subgraph"
          onClick={() => {
            edit(setCollapsed(annotations.value, group.name, !group.collapsed));
          }}
        >
          {group.collapsed ? 'Expand' : 'Collapse'}
        </Button>
        <Button
          title="The nodes stay pinned (U)"
          onClick={() => {
            edit(ungroup(annotations.value, group.name));
          }}
        >
          Ungroup
        </Button>
      </p>
      <RenameForm key={group.name} group={group} />
      <Members graph={graph} group={group} />
      {subject && <ChangeBox key={group.name} subject={subject} />}
      <Sums graph={graph} group={group} direction="inputs" />
      <Sums graph={graph} group={group} direction="outputs" />
    </article>
  );
}

function Members({ graph, group }: Props): VNode {
  const missing = group.members.length - indicesOf(group.members).length;
  return (
    <section>
      <h3>Members</h3>
      <ul class="members">
        {indicesOf(group.members).map((index) => (
          <li key={index}>
            <NodeLink graph={graph} index={index} />
            <button
              class="link"
              title="Takes it out of the group; it stays pinned"
              onClick={() => {
                edit(removeMembers(annotations.value, [graph.nodes[index]!.id]));
              }}
            >
              remove
            </button>
          </li>
        ))}
      </ul>
      {missing > 0 && <p class="hint">{missing} members are not in this graph (any more).</p>}
    </section>
  );
}

function Sums({ graph, group, direction }: Props & { readonly direction: 'inputs' | 'outputs' }): VNode {
  const edges = groupEdges(ground.value.adjacency, indicesOf(group.members), direction).filter(
    ({ node }) => visible.value[node] === 1,
  );
  return (
    <section>
      <h3>
        {direction === 'inputs' ? 'Inputs' : 'Outputs'} <small>summed over the members</small>
      </h3>
      <ol class="edges">
        {edges.slice(0, MOST).map(({ node, weight }) => (
          <li key={node}>
            <span class={`weight ${weight < 0 ? 'lowers' : 'raises'}`} title={effectWord(weight)}>
              <span aria-hidden="true">{effectMark(weight)}</span>
              <span class="unseen">{effectWord(weight)}</span> {signed(weight)}
            </span>
            <span />
            <NodeLink graph={graph} index={node} />
          </li>
        ))}
      </ol>
      {edges.length > MOST && <p class="hint">and {edges.length - MOST} weaker ones</p>}
    </section>
  );
}
