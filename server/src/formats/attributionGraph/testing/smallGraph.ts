/** A small graph file as circuit-tracer writes them, for tests. */
import type { JsonObject } from '../../json';
import { cantor } from '../ids';

export function featureNode(layer: number, index: number, position: number, more: object = {}): JsonObject {
  return {
    node_id: `${layer}_${index}_${position}`,
    feature: cantor(layer, index),
    layer: `${layer}`,
    ctx_idx: position,
    feature_type: 'cross layer transcoder',
    jsNodeId: `${layer}_${index}-0`,
    clerp: '',
    influence: 0.5,
    activation: 2,
    ...more,
  };
}

export function errorNode(layer: number, position: number, more: object = {}): JsonObject {
  const type = 'mlp reconstruction error';
  const id = { node_id: `0_${layer}_${position}`, feature: -1, feature_type: type, activation: null };
  return featureNode(layer, 0, position, { ...id, ...more });
}

export function tokenNode(id: number, position: number): JsonObject {
  const type = 'embedding';
  const about = { node_id: `E_${id}_${position}`, feature: position, layer: 'E', feature_type: type };
  return featureNode(0, 0, position, { ...about, activation: null });
}

export function logitNode(layer: number, id: number, position: number, more: object = {}): JsonObject {
  const about = {
    node_id: `${layer}_${id}_${position}`,
    feature: id,
    feature_type: 'logit',
    influence: null,
  };
  return featureNode(layer, id, position, { ...about, activation: null, token_prob: 0.5, ...more });
}

export function link(source: string, target: string, weight: unknown = 1): JsonObject {
  return { source, target, weight };
}

/** Two tokens, a feature in layer 0 and one in layer 2, an error, a logit of a model of three blocks. */
export function smallGraph(more: object = {}): JsonObject {
  return {
    metadata: { slug: 'small', scan: 'tiny', prompt: 'a b', prompt_tokens: ['a', ' b'], schema_version: 1 },
    qParams: { pinnedIds: ['0_3_1'], supernodes: [['both', '0_3_1', '2_5_1']], linkType: 'both', sg_pos: '' },
    nodes: [
      tokenNode(11, 0),
      tokenNode(12, 1),
      featureNode(0, 3, 1),
      featureNode(2, 5, 1),
      errorNode(1, 1),
      logitNode(4, 13, 1),
    ],
    links: [
      link('E_12_1', '0_3_1', 2),
      link('0_3_1', '2_5_1', -1.5),
      link('0_1_1', '2_5_1', 0.5),
      link('2_5_1', '4_13_1', 3),
    ],
    ...more,
  };
}
