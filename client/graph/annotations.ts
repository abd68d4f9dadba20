/** What users add to a graph, as it comes from a web view and as it fits another state of the file. Pure. */
import type { GraphAnnotations, GraphGroup } from '../../protocol/graphs';

/** What the positions of groups are kept under. */
const GROUP = 'group:';

/** Checks what a web view sends. @throws {Error} when it is not of the form */
export function readAnnotations(value: unknown): GraphAnnotations {
  if (!isRecord(value)) throw new Error('These are no annotations of a graph.');
  const { pinned, groups, notes, positions } = value;
  const isWhole =
    isTexts(pinned) &&
    Array.isArray(groups) &&
    groups.every(isGroup) &&
    isRecord(notes) &&
    isTexts(Object.values(notes)) &&
    isRecord(positions) &&
    Object.values(positions).every(isPlace);
  if (!isWhole) throw new Error('These are no annotations of a graph.');
  return { pinned, groups, notes, positions } as GraphAnnotations;
}

/** What of them is about nodes that are there. A group that loses all its members goes too. */
export function keptAnnotations(annotations: GraphAnnotations, nodes: ReadonlySet<string>): GraphAnnotations {
  const groups = annotations.groups
    .map((group) => ({ ...group, members: group.members.filter((id) => nodes.has(id)) }))
    .filter(({ members }) => members.length > 0);
  const names = new Set(groups.map(({ name }) => `${GROUP}${name}`));
  return {
    pinned: annotations.pinned.filter((id) => nodes.has(id)),
    groups,
    notes: only(annotations.notes, (id) => nodes.has(id)),
    positions: only(annotations.positions, (id) => nodes.has(id) || names.has(id)),
  };
}

/** Whether both say the same; the order of notes and positions means nothing. */
export function sameAnnotations(a: GraphAnnotations, b: GraphAnnotations): boolean {
  return canonical(a) === canonical(b);
}

function canonical({ pinned, groups, notes, positions }: GraphAnnotations): string {
  return JSON.stringify([
    pinned,
    groups.map(({ name, members, collapsed }) => [name, members, collapsed]),
    sorted(notes),
    sorted(positions).map(([id, { x, y }]) => [id, x, y]),
  ]);
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function only<T>(
  record: Readonly<Record<string, T>>,
  keep: (id: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([id]) => keep(id)));
}

function isGroup(value: unknown): value is GraphGroup {
  if (!isRecord(value)) return false;
  const { name, members, collapsed } = value;
  return typeof name === 'string' && isTexts(members) && typeof collapsed === 'boolean';
}

function isPlace(value: unknown): boolean {
  return isRecord(value) && Number.isFinite(value['x']) && Number.isFinite(value['y']);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
