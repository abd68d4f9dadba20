/** The rotary embedding of a HookedTransformer (`calculate_sin_cos_rotary` in TransformerLens' `abstract_attention.py`). */
import { field, type JsonObject } from '../formats/json';
import type { ConfigFields } from './configFields';
import type { Rotary } from './decoder/decoder';
import type { ModelDimensions } from './family';
import { rotaryOf } from './rope';

/** @param isLocal layers within a window may turn by another base, and are not scaled */
export function readHookedRotary(
  fields: ConfigFields,
  { dHead, context }: ModelDimensions,
  isLocal: boolean,
): Rotary {
  const { config, file } = fields;
  const turned = fields.dimension('rotary_dim', dHead);
  const theta = {
    field: isLocal && field(config, 'rotary_base_local') !== undefined ? 'rotary_base_local' : 'rotary_base',
    otherwise: 10000,
  };
  const rotary = rotaryOf(scaling(fields, isLocal), config, { dHead, context, theta, turned }, file);
  return { ...rotary, style: fields.flag('rotary_adjacent_pairs', false) ? 'pairs' : 'halves' };
}

function scaling(fields: ConfigFields, isLocal: boolean): JsonObject {
  if (fields.flag('use_NTK_by_parts_rope', false)) {
    return {
      rope_type: 'llama3',
      factor: fields.number('NTK_by_parts_factor', 8),
      low_freq_factor: fields.number('NTK_by_parts_low_freq_factor', 1),
      high_freq_factor: fields.number('NTK_by_parts_high_freq_factor', 4),
      original_max_position_embeddings: fields.number('NTK_original_ctx_len', 8192),
    };
  }
  const factor = fields.number('rotary_scaling_factor', 1);
  return factor === 1 || isLocal ? {} : { rope_type: 'linear', factor };
}
