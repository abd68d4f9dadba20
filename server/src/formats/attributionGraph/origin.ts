/** Our own key in a graph file: what the graph was computed of. Anyone may have written it. */
import type { GraphSettings, GraphTarget, GraphThresholds, GraphToken } from '../../../../protocol/graphs';
import { field, isJsonObject, type JsonObject } from '../json';
import type { GraphOrigin } from './graph';

/** The key. Notes and positions stand in it too. */
export const OWN_KEY = 'featurescope';

/** Null where the file was not computed by us. */
export function readOrigin(root: JsonObject): GraphOrigin | null {
  const own = field(root, OWN_KEY);
  if (!isJsonObject(own) || field(own, 'tokens') === undefined) return null;
  const name = field(objectOf(own, 'model'), 'name');
  return {
    tokens: listOf(own, 'tokens', isCount),
    model: typeof name === 'string' ? name : null,
    dictionaries: dictionariesOf(own),
    target: targetOf(field(own, 'target')),
    settings: settingsOf(field(own, 'settings')),
    logits: logitsOf(own),
    isComplete: field(own, 'complete') !== false,
  };
}

function dictionariesOf(own: JsonObject): Map<number, string> {
  const found = new Map<number, string>();
  const list = field(own, 'dictionaries');
  for (const entry of Array.isArray(list) ? list : []) {
    if (!isJsonObject(entry)) continue;
    const [layer, id] = [countOf(entry, 'layer'), field(entry, 'id')];
    if (layer !== null && typeof id === 'string') found.set(layer, id);
  }
  return found;
}

function logitsOf(own: JsonObject): GraphOrigin['logits'] {
  const found = new Map<string, { name: string; target: unknown }>();
  for (const [id, entry] of Object.entries(objectOf(own, 'logits'))) {
    const name = isJsonObject(entry) ? field(entry, 'name') : undefined;
    if (isJsonObject(entry) && typeof name === 'string')
      found.set(id, { name, target: field(entry, 'target') });
  }
  return found;
}

function targetOf(value: unknown): GraphTarget | null {
  if (!isJsonObject(value)) return null;
  const kind = field(value, 'kind');
  if (kind === 'likely') {
    const [most, share] = [countOf(value, 'most'), field(value, 'share')];
    return most !== null && isShare(share) ? { kind, most, share } : null;
  }
  if (kind === 'tokens') {
    const tokens = listOf(value, 'tokens', isToken);
    return tokens && { kind, tokens };
  }
  if (kind === 'difference') {
    const [a, b] = [listOf(value, 'a', isToken), listOf(value, 'b', isToken)];
    return a && b && { kind, a, b };
  }
  const [name, vector] = [field(value, 'name'), listOf(value, 'vector', Number.isFinite)];
  return kind === 'direction' && typeof name === 'string' && vector
    ? { kind, name, vector: vector as number[] }
    : null;
}

function settingsOf(value: unknown): GraphSettings | null {
  if (!isJsonObject(value)) return null;
  const maxFeatures = countOf(value, 'maxFeatures');
  const { node, edge }: { node?: unknown; edge?: unknown } = objectOf(value, 'thresholds');
  if (maxFeatures === null || !isShare(node) || !isShare(edge)) return null;
  const thresholds: GraphThresholds = { node, edge };
  return { maxFeatures, thresholds };
}

function isToken(value: unknown): value is GraphToken {
  return typeof value === 'string' || isCount(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function countOf(object: JsonObject, key: string): number | null {
  const value = field(object, key);
  return isCount(value) ? value : null;
}

function objectOf(object: JsonObject, key: string): JsonObject {
  const value = field(object, key);
  return isJsonObject(value) ? value : {};
}

function listOf<T>(object: JsonObject, key: string, is: (value: unknown) => value is T): T[] | null;
function listOf(object: JsonObject, key: string, is: (value: unknown) => boolean): unknown[] | null;
function listOf(object: JsonObject, key: string, is: (value: unknown) => boolean): unknown[] | null {
  const value = field(object, key);
  return Array.isArray(value) && value.every((entry) => is(entry)) ? (value as unknown[]) : null;
}
