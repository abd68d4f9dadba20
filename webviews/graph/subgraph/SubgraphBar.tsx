/** What can be done with the circuit and with what is selected in it. */
import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { GraphSnapshot } from '../../../protocol/graphs';
import { Button, TextField } from '../../lib/controls';
import type { Adjacency } from '../model/adjacency';
import { group, groupKey, rename, setCollapsed, ungroup, unpin } from '../model/annotations';
import type { Edit } from '../model/annotations';
import type { GraphAnnotations } from '../../../protocol/graphs';
import type { Box, Circuit } from './circuit';
import { layOutAgain } from './moves';
import { pinStrongest } from './neighbours';
import { groupAlike, proposals } from './proposals';
import type { Zoom } from './scales';
import type { BoxId } from './types';

interface BarProps {
  readonly snapshot: GraphSnapshot;
  readonly annotations: GraphAnnotations;
  readonly adjacency: Adjacency;
  readonly circuit: Circuit;
  /** The selected box, and the group that is selected: a collapsed one, or a frame. */
  readonly box: Box | null;
  readonly group: string | null;
  /** Boxes that are chosen together. */
  readonly marked: readonly Box[];
  readonly renaming: boolean;
  readonly setRenaming: (renaming: boolean) => void;
  readonly make: (edit: Edit | null) => void;
  readonly unmark: () => void;
  readonly select: (box: BoxId | null) => void;
  readonly zoom: (change: Zoom) => void;
}

export function SubgraphBar(props: BarProps): VNode {
  return (
    <div class="subgraph-bar" role="toolbar" aria-label="Subgraph">
      {props.marked.length > 1 ? <MarkedActions {...props} /> : <BoxActions {...props} />}
      <span class="spring" />
      <CircuitActions {...props} />
    </div>
  );
}

function MarkedActions({ snapshot, annotations, marked, make, unmark }: BarProps): VNode {
  const ids = marked.flatMap(({ members }) => members.map((node) => snapshot.nodes[node]!.id));
  const name = marked.find((box) => box.group !== null)?.group ?? 'group';
  return (
    <>
      <Button
        primary
        onClick={() => {
          make(group(annotations, name, ids));
          unmark();
        }}
      >
        {`Group ${marked.length} Boxes`}
      </Button>
      <Button onClick={unmark}>Choose None</Button>
    </>
  );
}

function BoxActions(props: BarProps): VNode {
  const { snapshot, annotations, adjacency, box, make } = props;
  if (props.group !== null && props.renaming)
    return <Rename {...props} group={props.group} key={props.group} />;
  if (!box && props.group === null)
    return (
      <p class="hint">Shift+click chooses several boxes. Arrow keys follow edges; Alt+arrows move a box.</p>
    );
  const members = box?.members ?? membersOf(props);
  const strongest = (direction: 'inputs' | 'outputs'): void => {
    make(pinStrongest(snapshot, annotations, adjacency, members, direction));
  };
  return (
    <>
      <Button
        title="Brings the five strongest inputs that are not here yet"
        onClick={() => {
          strongest('inputs');
        }}
      >
        Pin Strongest Inputs
      </Button>
      <Button
        title="Brings the five strongest outputs that are not here yet"
        onClick={() => {
          strongest('outputs');
        }}
      >
        Pin Strongest Outputs
      </Button>
      {props.group === null ? (
        <Button
          onClick={() => {
            make(unpin(annotations, [box!.id]));
          }}
        >
          Unpin
        </Button>
      ) : (
        <GroupActions {...props} group={props.group} />
      )}
    </>
  );
}

function membersOf({ circuit, group: name }: BarProps): readonly number[] {
  return circuit.boxes.filter((box) => box.group === name).flatMap(({ members }) => members);
}

function GroupActions(props: BarProps & { readonly group: string }): VNode {
  const { annotations, group: name, make, setRenaming } = props;
  const collapsed = annotations.groups.find((one) => one.name === name)?.collapsed ?? false;
  return (
    <>
      <Button
        onClick={() => {
          make(setCollapsed(annotations, name, !collapsed));
        }}
      >
        {collapsed ? 'Expand' : 'Collapse'}
      </Button>
      <Button
        onClick={() => {
          setRenaming(true);
        }}
      >
        Rename
      </Button>
      <Button
        onClick={() => {
          make(ungroup(annotations, name));
        }}
      >
        Ungroup
      </Button>
    </>
  );
}

function Rename(props: BarProps & { readonly group: string }): VNode {
  const { annotations, group: name, make, select, setRenaming } = props;
  const [current] = useState({ value: name });
  const accept = (): void => {
    setRenaming(false);
    const edit = rename(annotations, name, current.value);
    const named = edit?.annotations.groups[annotations.groups.findIndex((one) => one.name === name)];
    make(edit);
    if (named) select(groupKey(named.name));
  };
  const cancel = (): void => {
    setRenaming(false);
  };
  return (
    <>
      <TextField
        label="Name of the group"
        initial={name}
        current={current}
        onAccept={accept}
        onCancel={cancel}
      />
      <Button primary onClick={accept}>
        Rename
      </Button>
      <Button onClick={cancel}>Cancel</Button>
    </>
  );
}

function CircuitActions({ snapshot, annotations, make, zoom }: BarProps): VNode {
  const alike = proposals(snapshot, annotations);
  return (
    <>
      {alike.length > 0 && (
        <Button
          title={`Nodes that are labelled alike, or are one feature at several positions: ${alike.length} ${alike.length === 1 ? 'group' : 'groups'}`}
          onClick={() => {
            make(groupAlike(snapshot, annotations));
          }}
        >
          Group Nodes with the Same Label
        </Button>
      )}
      {Object.keys(annotations.positions).length > 0 && (
        <Button
          onClick={() => {
            make(layOutAgain(annotations));
          }}
        >
          Lay Out Again
        </Button>
      )}
      <span class="zoom">
        <Button
          label="Nearer"
          title="Nearer"
          onClick={() => {
            zoom('nearer');
          }}
        >
          +
        </Button>
        <Button
          label="Farther"
          title="Farther"
          onClick={() => {
            zoom('farther');
          }}
        >
          −
        </Button>
        <Button
          title="Show the whole subgraph"
          onClick={() => {
            zoom('fit');
          }}
        >
          Fit
        </Button>
      </span>
    </>
  );
}
