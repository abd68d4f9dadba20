/** All that is known of the selected node. */
import type { ComponentChildren, VNode } from 'preact';
import type { GraphNode, GraphSnapshot } from '../../../protocol/graphs';
import { shortNumber } from '../../../protocol/wording';
import { Button } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { goTo, perform, togglePin } from '../actions';
import { nodeAt, pinned, visible } from '../derived';
import { groupOf, noteOf } from '../model/annotations';
import {
  ENTERS_AT,
  entersAtMeaning,
  kindName,
  labelSourceWords,
  layerName,
  nodeName,
  percent,
  tokenAt,
} from '../model/words';
import { pathChoice, pathHere, selected, selectGroup, selectShown } from '../selection';
import { annotations } from '../store';
import { selectedSubject } from '../subject';
import { ChangeBox } from './ChangeBox';
import { Edges } from './Edges';
import { FeatureFacts } from './FeatureFacts';
import { GroupForm, NoteForm } from './Forms';
import { openForm } from '../side';

export function NodePage({ graph }: { readonly graph: GraphSnapshot }): VNode {
  const index = selected.value;
  const node = nodeAt(index);
  if (index === null || !node)
    return (
      <p class="hint">
        Click a node, or walk with the arrow keys from the picture, to read what it is, what feeds it and what
        it does.
      </p>
    );
  const subject = selectedSubject.value;
  return (
    <article>
      <h2>
        <bdi>{nodeName(node, graph)}</bdi>
      </h2>
      {node.labelSource !== null && <p class="hint">{labelSourceWords(node)}</p>}
      <Facts node={node} graph={graph} />
      {visible.value[index] !== 1 && (
        <p class="hint">
          Hidden by the filter.{' '}
          <button
            class="link"
            onClick={() => {
              selectShown(index);
            }}
          >
            Show it
          </button>
        </p>
      )}
      <Note node={node} />
      <NodeButtons node={node} index={index} />
      {subject && <GroupForm subject={subject} />}
      <NoteForm node={node} />
      {subject && <ChangeBox key={node.id} subject={subject} />}
      <Edges key={`i${node.id}`} graph={graph} index={index} direction="inputs" />
      <Edges key={`o${node.id}`} graph={graph} index={index} direction="outputs" />
      {node.feature && <FeatureFacts feature={node.feature} />}
    </article>
  );
}

function Facts({ node, graph }: { readonly node: GraphNode; readonly graph: GraphSnapshot }): VNode {
  const { kind, layer, position, index, activation, influence, probability, isTarget } = node;
  const token = tokenAt(graph, position);
  const group = groupOf(annotations.value, node.id);
  return (
    <dl class="facts">
      <Fact name="Kind">
        {kindName(node)}
        {kind === 'feature' && index !== null && ` ${layer}/${index}`}
        {kind !== 'feature' && index !== null && ` #${index}`}
        {layer >= 0 && layer < graph.layers && kind !== 'feature' && `, ${layerName(layer, graph)}`}
        {isTarget && ', what the graph is about'}
      </Fact>
      <Fact name="Token">
        <button
          class="link"
          title="Show it in its text (T)"
          onClick={() => {
            goTo(position);
          }}
        >
          <code>
            <bdi>{token || '?'}</bdi>
          </code>
        </button>{' '}
        <small>position {position}</small>
      </Fact>
      {activation !== null && <Fact name="Activation">{shortNumber(activation)}</Fact>}
      {probability !== null && <Fact name="Probability">{percent(probability)}</Fact>}
      {influence !== null && (
        <Fact name={ENTERS_AT}>
          <span title={entersAtMeaning}>{percent(influence)} of the influence</span>
        </Fact>
      )}
      {group && (
        <Fact name="Group">
          <button
            class="link"
            onClick={() => {
              selectGroup(group.name);
            }}
          >
            <bdi>{inert(group.name)}</bdi>
          </button>
        </Fact>
      )}
    </dl>
  );
}

function Fact(props: { readonly name: string; readonly children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Note({ node }: { readonly node: GraphNode }): VNode | null {
  const note = noteOf(annotations.value, node.id);
  return note === '' ? null : <p class="note">{inert(note)}</p>;
}

function NodeButtons({ node, index }: { readonly node: GraphNode; readonly index: number }): VNode {
  const choice = pathChoice.value;
  const endsHere = choice !== null && choice.end === null && choice.start !== node.id;
  return (
    <p class="buttons">
      <Button
        pressed={pinned.value.has(index)}
        title="Keeps it in sight and puts it into the subgraph (P)"
        onClick={() => {
          togglePin(index);
        }}
      >
        {pinned.value.has(index) ? 'Unpin' : 'Pin'}
      </Button>
      <Button
        title="Makes a group, or adds to one (G)"
        onClick={() => {
          openForm('group');
        }}
      >
        Group…
      </Button>
      <Button
        title="Writes a note (N)"
        onClick={() => {
          openForm('note');
        }}
      >
        Note…
      </Button>
      <Button title="The strongest way between two nodes (F)" onClick={pathHere}>
        {endsHere ? 'Path to Here' : 'Path from Here'}
      </Button>
      {node.feature && (
        <>
          <Button
            title="D"
            onClick={() => {
              perform('dashboard');
            }}
          >
            Dashboard
          </Button>
          <Button
            title="L"
            onClick={() => {
              perform('label');
            }}
          >
            Label…
          </Button>
        </>
      )}
    </p>
  );
}
