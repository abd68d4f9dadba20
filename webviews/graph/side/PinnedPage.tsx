/** What is pinned, by groups; boxes choose nodes for actions on several. */
import type { VNode } from 'preact';
import type { GraphGroup, GraphSnapshot } from '../../../protocol/graphs';
import { Button } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { nodeAt, indexOf } from '../derived';
import { unpin } from '../model/annotations';
import { nodeName, short } from '../model/words';
import { choose, chooseOnly, chosen, selectGroup } from '../selection';
import { openForm } from '../side';
import { annotations, edit } from '../store';
import { chosenSubject } from '../subject';
import { ChangeBox } from './ChangeBox';
import { GroupForm } from './Forms';
import { NodeLink } from './NodeLink';

export function PinnedPage({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const { pinned, groups } = annotations.value;
  if (pinned.length === 0)
    return (
      <p class="hint">
        Nothing is pinned. Press P on a node: pinned nodes stay in sight and make up the subgraph. Space, or
        Ctrl+click, pins a node and chooses it too: chosen nodes are grouped and tested together.
      </p>
    );
  const grouped = new Set(groups.flatMap(({ members }) => members));
  return (
    <>
      <Chosen />
      {groups.map((group) => (
        <GroupList key={group.name} graph={graph} group={group} />
      ))}
      <ul class="pins" aria-label="Pinned, in no group">
        {pinned
          .filter((id) => !grouped.has(id))
          .map((id) => (
            <Pin key={id} graph={graph} id={id} />
          ))}
      </ul>
    </>
  );
}

function Chosen(): VNode {
  const subject = chosenSubject.value;
  const ids = chosen.value;
  return (
    <div class="chosen">
      <p class="buttons">
        <span>{ids.length === 0 ? 'None chosen' : `${ids.length} chosen`}</span>
        <Button
          onClick={() => {
            chooseOnly(ids.length === 0 ? annotations.value.pinned : []);
          }}
        >
          {ids.length === 0 ? 'Choose All' : 'Choose None'}
        </Button>
        {ids.length > 0 && (
          <>
            <Button
              onClick={() => {
                openForm('group');
              }}
            >
              Group…
            </Button>
            <Button
              onClick={() => {
                edit(unpin(annotations.value, ids));
              }}
            >
              Unpin
            </Button>
          </>
        )}
      </p>
      {subject && <GroupForm subject={subject} />}
      {subject && <ChangeBox subject={subject} />}
    </div>
  );
}

function GroupList({ graph, group }: { readonly graph: GraphSnapshot; readonly group: GraphGroup }): VNode {
  const { name, members } = group;
  const isWhole = members.every((id) => chosen.value.includes(id));
  return (
    <section class="pin-group">
      <h3>
        <input
          type="checkbox"
          checked={isWhole}
          aria-label={`Choose all of ${inert(name)}`}
          onChange={() => {
            for (const id of members) choose(id, !isWhole);
          }}
        />{' '}
        <button
          class="link"
          onClick={() => {
            selectGroup(name);
          }}
        >
          <bdi>{inert(name)}</bdi>
        </button>
      </h3>
      <ul class="pins">
        {members.map((id) => (
          <Pin key={id} graph={graph} id={id} />
        ))}
      </ul>
    </section>
  );
}

function Pin({ graph, id }: { readonly graph: GraphSnapshot; readonly id: string }): VNode {
  const index = indexOf.value.get(id) ?? null;
  const node = nodeAt(index);
  if (index === null || !node)
    return (
      <li>
        <span class="hint">{short(inert(id), 60)} is not in this graph</span>
      </li>
    );
  const name = nodeName(node, graph);
  return (
    <li>
      <input
        type="checkbox"
        checked={chosen.value.includes(id)}
        aria-label={`Choose ${short(name, 80)}`}
        onChange={({ currentTarget }) => {
          choose(id, currentTarget.checked);
        }}
      />
      <NodeLink graph={graph} index={index} />
    </li>
  );
}
