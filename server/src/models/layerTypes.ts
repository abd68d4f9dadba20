/** Which layers see all that came before and which only a window of it. */
import { describe } from '../formats/json';
import type { ConfigFields } from './configFields';

export type LayerType = 'full_attention' | 'sliding_attention';

/** `layer_types` of config.json, or what `otherwise` says of each layer where it has none. */
export function readLayerTypes(
  fields: ConfigFields,
  layers: number,
  otherwise: (layer: number) => LayerType,
): LayerType[] {
  const said = fields.list('layer_types');
  if (said === null) return Array.from({ length: layers }, (_, layer) => otherwise(layer));
  if (said.length !== layers) {
    fields.refuse(`"layer_types" has ${said.length} entries for ${layers} layers`);
  }
  return said.map((type) => {
    if (type === 'full_attention' || type === 'sliding_attention') return type;
    fields.refuse(
      `its layers have attention of the type ${describe(type)}, which is not computed`,
      'Computed are full_attention and sliding_attention',
    );
  });
}
