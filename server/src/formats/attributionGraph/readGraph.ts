/** Attribution graphs as circuit-tracer and Neuronpedia write them (Neuronpedia's graph-schema.json), and as we do. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { GraphScores, GraphThresholds } from '../../../../protocol/graphs';
import { FileFormatError } from '../errors';
import {
  asObject,
  field,
  isJsonObject,
  type JsonObject,
  parseJson,
  readList,
  readObject,
  readTextFile,
} from '../json';
import { readAnnotations } from './annotations';
import type { FileGraph } from './graph';
import { readOrigin } from './origin';
import { readLinks } from './readLinks';
import { readNodes } from './readNodes';
import { Troubles } from './troubles';

/** Neuronpedia takes no larger ones. */
export const LARGEST_GRAPH = 100 * 2 ** 20;
const MOST_TOKENS = 100_000;

/** Names a file's content: equal texts have equal stamps. */
export function stampOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** @throws FileFormatError when the file cannot be read, is too large or no attribution graph */
export function readGraphFile(file: string): { readonly graph: FileGraph; readonly stamp: string } {
  const text = readTextFile(file, LARGEST_GRAPH);
  return { graph: parseGraph(text, file), stamp: stampOf(text) };
}

/**
 * Parts of a graph that make no sense are left out and counted in its warnings.
 * @throws FileFormatError that names `file` when the text is no attribution graph
 */
export function parseGraph(text: string, file: string): FileGraph {
  const root = asObject(parse(text, file), 'the file', file);
  if (field(root, 'nodes') === undefined || field(root, 'links') === undefined) {
    const reason = 'it is no attribution graph: it has no "nodes" and "links"';
    throw new FileFormatError(
      file,
      reason,
      'Open a graph that circuit-tracer, Neuronpedia or Featurescope wrote',
    );
  }
  const metadata = readObject(root, 'metadata', file);
  const tokens = readTokens(metadata, file);
  const troubles = new Troubles();
  const version = field(metadata, 'schema_version');
  const read = readNodes(readList(root, 'nodes', file), tokens.length, version, file, troubles);
  const links = readLinks(readList(root, 'links', file), read, file, troubles);
  const { nodes, layers } = read;
  const origin = readOrigin(root);
  const annotations = readAnnotations(root, new Set(nodes.map(({ id }) => id)), troubles);
  return {
    file,
    text,
    title: textOf(metadata, 'slug') || basename(file),
    model: origin?.model ?? textOf(metadata, 'scan'),
    prompt: textOf(metadata, 'prompt'),
    tokens,
    layers,
    nodes,
    links,
    scores: scoresOf(metadata),
    thresholds: thresholdsOf(metadata),
    annotations,
    origin,
    warnings: troubles.sentences(),
  };
}

/** Python writes NaN and infinities, which are no JSON. */
const PYTHON_NUMBER = /[[:,]\s*(-?Infinity|NaN)\s*[\]},]/;

function parse(text: string, file: string): unknown {
  try {
    return parseJson(text, file);
  } catch (error) {
    const found = PYTHON_NUMBER.exec(text);
    if (!found) throw error;
    const line = text.slice(0, found.index).split('\n').length;
    const reason = `it holds ${found[1]!} (line ${line}), which JSON does not have`;
    const cure = 'Write the graph again without such numbers, in Python with json.dump(..., allow_nan=False)';
    throw new FileFormatError(file, reason, cure, { cause: error });
  }
}

function readTokens(metadata: JsonObject, file: string): string[] {
  const list = readList(metadata, 'prompt_tokens', file);
  if (list.length > MOST_TOKENS) {
    const reason = `its prompt has ${list.length} tokens and at most ${MOST_TOKENS} are read`;
    throw new FileFormatError(file, reason, 'Check that this is the right file');
  }
  return list.map((token) => (typeof token === 'string' ? token : ''));
}

function scoresOf(metadata: JsonObject): GraphScores | null {
  const [replacement, completeness] = [
    share(metadata, 'replacement_score'),
    share(metadata, 'completeness_score'),
  ];
  return replacement === null || completeness === null ? null : { replacement, completeness };
}

function thresholdsOf(metadata: JsonObject): GraphThresholds | null {
  const settings = field(metadata, 'pruning_settings');
  if (!isJsonObject(settings)) return null;
  const [node, edge] = [share(settings, 'node_threshold'), share(settings, 'edge_threshold')];
  return node === null || edge === null ? null : { node, edge };
}

function share(object: JsonObject, key: string): number | null {
  const value = field(object, key);
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : null;
}

function textOf(object: JsonObject, key: string): string {
  const value = field(object, key);
  return typeof value === 'string' ? value : '';
}
