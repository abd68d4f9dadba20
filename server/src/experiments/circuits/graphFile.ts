/** A computed circuit as the JSON that circuit-tracer and Neuronpedia read (Neuronpedia's graph-schema.json), with unique ids. */
import type { GraphScores, GraphSettings, GraphTarget } from '../../../../protocol/graphs';
import { cantor, errorId, featureId, logitId, tokenId } from '../../formats/attributionGraph/ids';
import type { JsonObject } from '../../formats/json';
import { version } from '../../version';
import type { BuiltCircuit, LogitNode, Pruned } from './circuit';

export interface GraphDictionary {
  readonly layer: number;
  readonly id: string;
  readonly identity: string;
}

export interface GraphFileOptions {
  /** Names the graph: letters, digits, `_`, `.` and `-` (see `graphSlug`). */
  readonly slug: string;
  readonly model: {
    readonly name: string;
    readonly identity: string;
    readonly layers: number;
    readonly vocabulary: number;
  };
  readonly dictionaries: readonly GraphDictionary[];
  readonly prompt: string;
  /** Texts of the run's tokens, BOS included, [position]. */
  readonly tokens: readonly string[];
  /** What a feature is called; '' when nothing is known. */
  readonly label: (layer: number, index: number) => string;
  readonly target: GraphTarget;
  readonly settings: GraphSettings;
  readonly scores: GraphScores | null;
  /** When it was computed, in ms since 1970. */
  readonly created: number;
}

/**
 * The whole file. Features and errors without a kept edge are left out, tokens and logits stay. Its key `featurescope`
 * says what the graph was computed of, so that it can be tested again.
 */
export function graphFile(built: BuiltCircuit, pruned: Pruned, options: GraphFileOptions): JsonObject {
  const names = nodeIds(built, options);
  const { edges, nodes } = built.circuit;
  const links: JsonObject[] = [];
  const used = nodes.map(({ kind }) => kind === 'token' || kind === 'logit');
  for (let edge = 0; edge < edges.weights.length; edge++) {
    if (pruned.keptEdges[edge] !== 1) continue;
    const [source, target] = [edges.sources[edge]!, edges.targets[edge]!];
    used[source] = used[target] = true;
    links.push({ source: names[source], target: names[target], weight: edges.weights[edge] });
  }
  const all = nodeFields(built, options);
  return {
    metadata: metadata(options),
    qParams: { pinnedIds: [], supernodes: [], linkType: 'both', clickedId: '', sg_pos: '' },
    nodes: all.flatMap((fields, node) =>
      used[node] ? [written(names[node]!, fields, pruned.entersAt[node]!)] : [],
    ),
    links,
    featurescope: origin(built, names, options),
  };
}

/** A name for a graph of a prompt: what Neuronpedia allows in one, and different for each time. */
export function graphSlug(prompt: string, created: number): string {
  const words = prompt
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return `${words === '' ? 'graph' : words}-${created}`;
}

/** What is written of a node beside its id and influence. */
interface NodeFields {
  readonly type: string;
  readonly feature: number;
  readonly layer: string;
  readonly position: number;
  readonly jsNodeId: string;
  readonly clerp: string;
  readonly activation: number | null;
  readonly logit?: LogitNode & { readonly isTarget: boolean };
}

function written(id: string, fields: NodeFields, entersAt: number): JsonObject {
  const { type, feature, layer, position, jsNodeId, clerp, activation, logit } = fields;
  return {
    node_id: id,
    feature,
    layer,
    ctx_idx: position,
    feature_type: type,
    token_prob: logit?.probability ?? 0,
    is_target_logit: logit?.isTarget ?? false,
    run_idx: 0,
    reverse_ctx_idx: 0,
    jsNodeId,
    clerp,
    influence: Number.isFinite(entersAt) ? entersAt : null,
    activation,
  };
}

/** Ids of all nodes, in the order of `BuiltCircuit.circuit`. */
export function nodeIds(built: BuiltCircuit, { model }: Pick<GraphFileOptions, 'model'>): string[] {
  const { sources, features, run, logits } = built;
  const positions = run.tokens.length;
  const ids = Array.from(features, (i) =>
    featureId(sources.layers[i]!, sources.indices[i]!, sources.positions[i]!),
  );
  for (let layer = 0; layer < model.layers; layer++)
    for (let position = 0; position < positions; position++) ids.push(errorId(layer, position));
  ids.push(...run.tokens.map((token, position) => tokenId(token, position)));
  ids.push(...logits.map((logit, i) => logitId(model.layers, logitNumber(logit, i, model), positions - 1)));
  return ids;
}

/** What is no token of the vocabulary is numbered behind it, as circuit-tracer does. */
function logitNumber({ token }: LogitNode, index: number, { vocabulary }: GraphFileOptions['model']): number {
  return token ?? vocabulary + index;
}

function nodeFields(built: BuiltCircuit, options: GraphFileOptions): NodeFields[] {
  const { model, tokens } = options;
  const fields = featureFields(built, options);
  for (let layer = 0; layer < model.layers; layer++)
    for (const [position, text] of tokens.entries()) {
      fields.push({
        type: 'mlp reconstruction error',
        feature: -1,
        layer: `${layer}`,
        position,
        jsNodeId: `${layer}_${position}-0`,
        clerp: `Err: mlp "${text}"`,
        activation: null,
      });
    }
  for (const [position, token] of built.run.tokens.entries()) {
    fields.push({
      type: 'embedding',
      feature: position,
      layer: 'E',
      position,
      jsNodeId: `E_${token}-${position}`,
      clerp: `Emb: "${tokens[position] ?? ''}"`,
      activation: null,
    });
  }
  return [...fields, ...logitFields(built, options)];
}

function featureFields({ sources, features }: BuiltCircuit, { label }: GraphFileOptions): NodeFields[] {
  return Array.from(features, (i) => {
    const [layer, index] = [sources.layers[i]!, sources.indices[i]!];
    return {
      type: 'cross layer transcoder',
      feature: cantor(layer, index),
      layer: `${layer}`,
      position: sources.positions[i]!,
      jsNodeId: `${layer}_${index}-0`,
      clerp: label(layer, index),
      activation: sources.activations[i]!,
    };
  });
}

function logitFields({ logits, run }: BuiltCircuit, { model }: GraphFileOptions): NodeFields[] {
  const position = run.tokens.length - 1;
  return logits.map((logit, i) => {
    const feature = logitNumber(logit, i, model);
    return {
      type: 'logit',
      feature,
      layer: `${model.layers + 1}`,
      position,
      jsNodeId: `L_${feature}-${position}`,
      clerp: logit.token === null ? logit.name : `Output "${logit.name}" (p=${logit.probability.toFixed(3)})`,
      activation: null,
      logit: { ...logit, isTarget: i === 0 },
    };
  });
}

function metadata(options: GraphFileOptions): JsonObject {
  const { slug, model, dictionaries, prompt, tokens, target, settings, scores, created } = options;
  const { node, edge } = settings.thresholds;
  return {
    slug,
    // Neuronpedia takes no other characters here.
    scan: model.name.replace(/[^a-zA-Z0-9_.-]+/g, '-'),
    transcoder_list: dictionaries.map(({ id }) => id),
    prompt_tokens: tokens,
    prompt,
    node_threshold: node,
    schema_version: 1,
    info: { generator: { name: 'Featurescope', version }, create_time_ms: created },
    generation_settings: {
      ...(target.kind === 'likely' ? { max_n_logits: target.most, desired_logit_prob: target.share } : {}),
      max_feature_nodes: settings.maxFeatures,
    },
    pruning_settings: { node_threshold: node, edge_threshold: edge },
    ...(scores ? { replacement_score: scores.replacement, completeness_score: scores.completeness } : {}),
  };
}

/** What the graph was computed of. */
function origin(built: BuiltCircuit, names: readonly string[], options: GraphFileOptions): JsonObject {
  const { model, dictionaries, target, settings } = options;
  const first = names.length - built.logits.length;
  const computed = built.logits.flatMap((logit, i) =>
    logit.token === null ? [[names[first + i]!, { name: logit.name, target: logit.target }]] : [],
  );
  return {
    version: 1,
    tokens: [...built.run.tokens],
    model,
    dictionaries: dictionaries.map(({ layer, id, identity }) => ({ layer, id, identity })),
    target,
    settings,
    complete: built.complete,
    ...(computed.length === 0 ? {} : { logits: Object.fromEntries(computed) as JsonObject }),
  };
}
