/** What is typed about nodes and groups: names and notes. Each field keeps its own value; Enter accepts, Escape gives up. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import type { GraphGroup, GraphNode } from '../../../protocol/graphs';
import { Button, TextField } from '../../lib/controls';
import { inert } from '../../lib/inert';
import { focusOn } from '../actions';
import { nodeAt, indicesOf } from '../derived';
import { addMembers, group, groupOf, note, noteOf, removeMembers, rename } from '../model/annotations';
import type { Edit } from '../model/annotations';
import { chooseOnly, chosen, selectGroup } from '../selection';
import { form, openForm } from '../side';
import { annotations, edit } from '../store';
import type { Subject } from '../subject';

/** Makes a group of nodes, or adds them to one that there is. */
export function GroupForm({ subject }: { readonly subject: Subject }): VNode | null {
  if (form.value !== 'group') return null;
  return <GroupFields key={subject.ids.join('\n')} ids={subject.ids} />;
}

function GroupFields({ ids }: { readonly ids: readonly string[] }): VNode {
  const known = annotations.value;
  const typed = useRef({ value: '' });
  const proposal = ids.length === 1 ? inert(nodeAt(indicesOf(ids)[0] ?? null)?.label ?? '') : '';
  const done = (made: Edit | null, name: string | undefined): void => {
    edit(made);
    openForm(null);
    chooseOnly(chosen.value.filter((id) => !ids.includes(id)));
    if (name !== undefined) selectGroup(name);
  };
  const create = (): void => {
    const made = group(known, typed.current.value || proposal, ids);
    done(made, made?.annotations.groups.at(-1)?.name);
  };
  const others = known.groups.filter(({ members }) => !ids.every((id) => members.includes(id)));
  const isMember = ids.some((id) => groupOf(known, id));
  return (
    <FormBox label="Group">
      <p>
        <Field label="Name of a new group" initial={proposal} typed={typed.current} onAccept={create} />
        <Button primary onClick={create}>
          Make Group
        </Button>
        <Cancel />
      </p>
      {others.length > 0 && (
        <p class="buttons">
          {others.map(({ name }) => (
            <Button
              key={name}
              onClick={() => {
                done(addMembers(known, name, ids), name);
              }}
            >
              Add to “{inert(name)}”
            </Button>
          ))}
        </p>
      )}
      {isMember && (
        <Button
          onClick={() => {
            done(removeMembers(known, ids), undefined);
          }}
        >
          Remove from Its Group
        </Button>
      )}
    </FormBox>
  );
}

export function RenameForm({ group: { name } }: { readonly group: GraphGroup }): VNode | null {
  if (form.value !== 'rename') return null;
  return <RenameFields key={name} name={name} />;
}

function RenameFields({ name }: Pick<GraphGroup, 'name'>): VNode {
  const typed = useRef({ value: name });
  const accept = (): void => {
    const made = rename(annotations.value, name, typed.current.value);
    const at = annotations.value.groups.findIndex((known) => known.name === name);
    edit(made);
    openForm(null);
    if (made) selectGroup(made.annotations.groups[at]!.name);
  };
  return (
    <FormBox label="Rename">
      <p>
        <Field label="Name of the group" initial={inert(name)} typed={typed.current} onAccept={accept} />
        <Button primary onClick={accept}>
          Rename
        </Button>
        <Cancel />
      </p>
    </FormBox>
  );
}

export function NoteForm({ node }: { readonly node: GraphNode }): VNode | null {
  if (form.value !== 'note') return null;
  return <NoteField key={node.id} id={node.id} />;
}

function NoteField({ id }: { readonly id: string }): VNode {
  const [text, setText] = useState(noteOf(annotations.value, id));
  const accept = (): void => {
    edit(note(annotations.value, id, text));
    openForm(null);
  };
  return (
    <FormBox label="Note">
      <textarea
        aria-label="Note"
        rows={3}
        autofocus
        ref={focus}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') openForm(null);
          else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) accept();
          else return;
          event.stopPropagation();
        }}
      />
      <p>
        <Button primary title="Ctrl+Enter" onClick={accept}>
          Keep Note
        </Button>
        <Cancel />
      </p>
    </FormBox>
  );
}

/** When it closes, the keyboard goes back to where it was, or to the details. */
function FormBox(props: { readonly label: string; readonly children: ComponentChildren }): VNode {
  // Taken while rendering: a field inside has not taken the focus yet.
  const before = useRef(document.activeElement);
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
        else focusOn.side();
      });
    },
    [],
  );
  return (
    <div class="form" role="group" aria-label={props.label}>
      {props.children}
    </div>
  );
}

function focus(field: HTMLElement | null): void {
  if (field && document.activeElement !== field) field.focus();
}

function Field(props: {
  readonly label: string;
  readonly initial: string;
  readonly typed: { value: string };
  readonly onAccept: () => void;
}): VNode {
  return (
    <span class="field">
      <span aria-hidden="true">Name</span>
      <TextField
        label={props.label}
        initial={props.initial}
        current={props.typed}
        onAccept={props.onAccept}
        onCancel={() => {
          openForm(null);
        }}
      />
    </span>
  );
}

function Cancel(): VNode {
  return (
    <Button
      onClick={() => {
        openForm(null);
      }}
    >
      Cancel
    </Button>
  );
}
