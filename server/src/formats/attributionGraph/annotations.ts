/**
 * What users add to a graph, in its file: pins and groups where Neuronpedia keeps them (`qParams`), the rest under our own key.
 */
import type { GraphAnnotations, GraphGroup } from '../../../../protocol/graphs';
import { field, isJsonObject, type JsonObject } from '../json';
import { OWN_KEY } from './origin';
import { counted, type Sentence, type Troubles } from './troubles';

const unreadable: Sentence = (count) =>
  `${count} of its pins, groups, notes and positions cannot be read, and will not be saved with others`;
const missing: Sentence = (count) =>
  `${counted(count, 'pinned or grouped node')} ${count === 1 ? 'is' : 'are'} not in the file`;

/** @param ids of the nodes that there are: others are kept and counted */
export function readAnnotations(
  root: JsonObject,
  ids: ReadonlySet<string>,
  troubles: Troubles,
): GraphAnnotations {
  const params = objectOf(root, 'qParams');
  const own = objectOf(root, OWN_KEY);
  const collapsed = new Set(listOf(own, 'collapsed'));
  const pinned = listOf(params, 'pinnedIds').filter(
    (id): id is string => typeof id === 'string' || refuse(troubles, 'pinnedIds'),
  );
  const groups = listOf(params, 'supernodes').flatMap((value) => groupOf(value, collapsed, troubles));
  for (const id of new Set([...pinned, ...groups.flatMap(({ members }) => members)]))
    if (!ids.has(id)) troubles.add(missing, id);
  return { pinned, groups, notes: notesOf(own, troubles), positions: positionsOf(own, troubles) };
}

/** `[name, id, id, ...]` */
function groupOf(value: unknown, collapsed: ReadonlySet<unknown>, troubles: Troubles): GraphGroup[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((entry) => typeof entry === 'string')) {
    refuse(troubles, 'supernodes');
    return [];
  }
  const [name, ...members] = value as [string, ...string[]];
  return [{ name, members, collapsed: collapsed.has(name) }];
}

function notesOf(own: JsonObject, troubles: Troubles): GraphAnnotations['notes'] {
  const entries = Object.entries(objectOf(own, 'notes')).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' || refuse(troubles, 'notes'),
  );
  return Object.fromEntries(entries);
}

function positionsOf(own: JsonObject, troubles: Troubles): GraphAnnotations['positions'] {
  const entries = Object.entries(objectOf(own, 'positions')).flatMap(([id, value]) => {
    const [x, y] = isJsonObject(value) ? [field(value, 'x'), field(value, 'y')] : [];
    if (typeof x === 'number' && typeof y === 'number' && Number.isFinite(x) && Number.isFinite(y))
      return [[id, { x, y }] as const];
    refuse(troubles, 'positions');
    return [];
  });
  return Object.fromEntries(entries);
}

function refuse(troubles: Troubles, key: string): false {
  troubles.add(unreadable, key);
  return false;
}

function objectOf(object: JsonObject, key: string): JsonObject {
  const value = field(object, key);
  return isJsonObject(value) ? value : {};
}

function listOf(object: JsonObject, key: string): readonly unknown[] {
  const value = field(object, key);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
