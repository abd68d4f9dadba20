/** Edits of what users add to a graph. Each gives whole new annotations and a name for undoing; null when nothing changes. Pure. */
import type { GraphAnnotations, GraphGroup } from '../../../protocol/graphs';

export interface Edit {
  /** As menus name it: "Pin Node". */
  readonly what: string;
  readonly annotations: GraphAnnotations;
}

/** How positions in the subgraph name a group. */
export function groupKey(name: string): string {
  return `group:${name}`;
}

export function groupOf(annotations: GraphAnnotations, id: string): GraphGroup | undefined {
  return annotations.groups.find(({ members }) => members.includes(id));
}

export function pin(annotations: GraphAnnotations, ids: readonly string[]): Edit | null {
  const added = unique(ids).filter((id) => !annotations.pinned.includes(id));
  if (added.length === 0) return null;
  return {
    what: added.length === 1 ? 'Pin Node' : `Pin ${added.length} Nodes`,
    annotations: { ...annotations, pinned: [...annotations.pinned, ...added] },
  };
}

/** Takes nodes out of their groups too: the subgraph shows groups of pinned nodes. */
export function unpin(annotations: GraphAnnotations, ids: readonly string[]): Edit | null {
  const removed = annotations.pinned.filter((id) => ids.includes(id));
  if (removed.length === 0) return null;
  return {
    what: removed.length === 1 ? 'Unpin Node' : `Unpin ${removed.length} Nodes`,
    annotations: {
      ...annotations,
      pinned: annotations.pinned.filter((id) => !ids.includes(id)),
      groups: withoutMembers(annotations.groups, ids),
      positions: without(annotations.positions, removed),
    },
  };
}

/** Pins nodes and makes them one group; a node stands in one group only. The name is made unique. */
export function group(annotations: GraphAnnotations, name: string, ids: readonly string[]): Edit | null {
  const members = unique(ids);
  if (members.length === 0) return null;
  const pinned = unique([...annotations.pinned, ...members]);
  const groups = withoutMembers(annotations.groups, members);
  const made = { name: freeName(groups, name), members, collapsed: false };
  return { what: 'Group Nodes', annotations: { ...annotations, pinned, groups: [...groups, made] } };
}

/** The members stay pinned. */
export function ungroup(annotations: GraphAnnotations, name: string): Edit | null {
  const groups = annotations.groups.filter((known) => known.name !== name);
  if (groups.length === annotations.groups.length) return null;
  const positions = without(annotations.positions, [groupKey(name)]);
  return { what: 'Ungroup', annotations: { ...annotations, groups, positions } };
}

/** Its place in the subgraph stays. The name is made unique. */
export function rename(annotations: GraphAnnotations, from: string, to: string): Edit | null {
  const others = annotations.groups.filter(({ name }) => name !== from);
  if (to.trim() === '' || to === from || others.length === annotations.groups.length) return null;
  const name = freeName(others, to);
  const groups = annotations.groups.map((known) => (known.name === from ? { ...known, name } : known));
  const { [groupKey(from)]: place, ...positions } = annotations.positions;
  return {
    what: 'Rename Group',
    annotations: {
      ...annotations,
      groups,
      positions: place ? { ...positions, [groupKey(name)]: place } : positions,
    },
  };
}

export function addMembers(annotations: GraphAnnotations, name: string, ids: readonly string[]): Edit | null {
  const known = annotations.groups.find((one) => one.name === name);
  const added = unique(ids).filter((id) => !known?.members.includes(id));
  if (!known || added.length === 0) return null;
  const groups = annotations.groups.map((one) => ({
    ...one,
    members: one.name === name ? [...one.members, ...added] : one.members.filter((id) => !added.includes(id)),
  }));
  return {
    what: 'Add to Group',
    annotations: {
      ...annotations,
      pinned: unique([...annotations.pinned, ...added]),
      groups: groups.filter(({ members }) => members.length > 0),
    },
  };
}

/** Takes nodes out of their groups; they stay pinned. A group that loses all is gone. */
export function removeMembers(annotations: GraphAnnotations, ids: readonly string[]): Edit | null {
  if (!annotations.groups.some(({ members }) => members.some((id) => ids.includes(id)))) return null;
  const groups = withoutMembers(annotations.groups, ids);
  return { what: 'Remove from Group', annotations: { ...annotations, groups } };
}

export function setCollapsed(annotations: GraphAnnotations, name: string, collapsed: boolean): Edit | null {
  const known = annotations.groups.find((one) => one.name === name);
  if (!known || known.collapsed === collapsed) return null;
  const groups = annotations.groups.map((one) => (one === known ? { ...one, collapsed } : one));
  return { what: collapsed ? 'Collapse Group' : 'Expand Group', annotations: { ...annotations, groups } };
}

/** '' where there is none. Ids come from files: one may be called like what every object has. */
export function noteOf({ notes }: GraphAnnotations, id: string): string {
  return Object.hasOwn(notes, id) ? (notes[id] ?? '') : '';
}

/** An empty text takes the note away. */
export function note(annotations: GraphAnnotations, id: string, text: string): Edit | null {
  const kept = text.trim();
  if (noteOf(annotations, id) === kept) return null;
  const notes = without(annotations.notes, [id]);
  return {
    what: kept === '' ? 'Remove Note' : 'Write Note',
    annotations: { ...annotations, notes: kept === '' ? notes : { ...notes, [id]: kept } },
  };
}

function withoutMembers(groups: readonly GraphGroup[], ids: readonly string[]): readonly GraphGroup[] {
  return groups
    .map((known) =>
      known.members.some((id) => ids.includes(id))
        ? { ...known, members: known.members.filter((id) => !ids.includes(id)) }
        : known,
    )
    .filter(({ members }) => members.length > 0);
}

function freeName(groups: readonly GraphGroup[], wanted: string): string {
  const name = wanted.trim() === '' ? 'group' : wanted.trim();
  const taken = new Set(groups.map((known) => known.name));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
}

function without<Value>(
  record: Readonly<Record<string, Value>>,
  keys: readonly string[],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

function unique(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}
