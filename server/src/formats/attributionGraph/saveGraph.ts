/** A graph's text with what the user has added: only what was edited differs from the text that was read. */
import type { GraphAnnotations } from '../../../../protocol/graphs';
import { jsonAt, type MemberEdit, withMembers } from './jsonMembers';
import { OWN_KEY } from './origin';

/**
 * @param text of a graph file
 * @param before what `readAnnotations` found in it
 */
export function textWith(text: string, before: GraphAnnotations, now: GraphAnnotations): string {
  const edits = new Map<string, MemberEdit>();
  const params = paramEdits(before, now);
  if (params.size > 0) edits.set('qParams', objectEdit(params));
  const own = ownEdits(before, now);
  if (own.size > 0) edits.set(OWN_KEY, ownEdit(own));
  return edits.size === 0 ? text : withMembers(text, edits);
}

/** Edits members of a member; what is no object is replaced by one. */
function objectEdit(edits: ReadonlyMap<string, MemberEdit>): MemberEdit {
  return (old, margin) => {
    if (old?.startsWith('{')) return withMembers(old, edits);
    const members = [...edits].flatMap(([key, edit]) => {
      const value = edit(undefined, null);
      return value === undefined ? [] : [[key, JSON.parse(value) as unknown]];
    });
    return jsonAt(Object.fromEntries(members), margin);
  };
}

/** Our key is not written when nothing stands in it. */
function ownEdit(edits: ReadonlyMap<string, MemberEdit>): MemberEdit {
  const edit = objectEdit(edits);
  return (old, margin) => {
    const value = edit(old, margin);
    return value !== undefined && /^\{\s*\}$/.test(value) ? undefined : value;
  };
}

function paramEdits(before: GraphAnnotations, now: GraphAnnotations): Map<string, MemberEdit> {
  const edits = new Map<string, MemberEdit>();
  const supernodes = ({ groups }: GraphAnnotations) => groups.map(({ name, members }) => [name, ...members]);
  const set = (key: string, old: unknown, value: unknown): void => {
    if (!isSame(old, value)) edits.set(key, (_, margin) => jsonAt(value, margin));
  };
  set('pinnedIds', before.pinned, now.pinned);
  set('supernodes', supernodes(before), supernodes(now));
  return edits;
}

function ownEdits(before: GraphAnnotations, now: GraphAnnotations): Map<string, MemberEdit> {
  const edits = new Map<string, MemberEdit>();
  const set = (key: string, old: object, value: object): void => {
    const isEmpty = Object.keys(value).length === 0;
    if (!isSame(old, value)) edits.set(key, (_, margin) => (isEmpty ? undefined : jsonAt(value, margin)));
  };
  set('notes', before.notes, now.notes);
  set('positions', before.positions, now.positions);
  set('collapsed', collapsedOf(before), collapsedOf(now));
  return edits;
}

/** Names: groups that share one are all collapsed or none. */
function collapsedOf({ groups }: GraphAnnotations): string[] {
  return [...new Set(groups.filter(({ collapsed }) => collapsed).map(({ name }) => name))];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
