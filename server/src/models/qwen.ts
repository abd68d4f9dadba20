/** What Qwen 2 and 3 share: Llama with sliding windows in the layers from `max_window_layers` on, where they are switched on. */
import type { ConfigFields } from './configFields';
import type { Checkpoint, TensorShapes } from './family';
import { readLayerTypes } from './layerTypes';
import {
  attentionOf,
  gatedMlp,
  llamaCheckpoint,
  type LlamaAttention,
  preNormLayer,
  readDimensions,
} from './llamaLayout';
import { readRotary } from './rope';
import { rmsNormOf } from './torchParts';

const DEFAULTS = {
  hidden_size: 4096,
  intermediate_size: 22016,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  vocab_size: 151936,
  max_position_embeddings: 32768,
};

/** What differs between the two. */
export interface QwenKind {
  readonly headWidth: number | null;
  readonly biases: LlamaAttention['biases'];
  readonly hasHeadNorms: boolean;
}

export function readQwen(fields: ConfigFields, kind: QwenKind, tensors: TensorShapes): Checkpoint {
  const { config, file } = fields;
  const dimensions = readDimensions(fields, { ...DEFAULTS, head_dim: kind.headWidth });
  const { dHead, context } = dimensions;
  const epsilon = fields.positive('rms_norm_eps', 1e-6);
  const act = fields.activation('hidden_act', 'silu');
  const norm = (module: string) => rmsNormOf(module, epsilon);
  const windows = readWindows(fields, dimensions.layers);
  const rotary = readRotary(
    config,
    { dHead, context, theta: { field: 'rope_theta', otherwise: 10000 } },
    file,
  );
  const attention = {
    biases: kind.biases,
    scale: dHead ** -0.5,
    rotary,
    ...(kind.hasHeadNorms ? { headNorm: norm } : {}),
  };
  const layer = (at: string, i: number) =>
    preNormLayer(at, norm, attentionOf(at, { ...attention, window: windows[i]! }), gatedMlp(at, act, false));
  const isTied = fields.flag('tie_word_embeddings', false);
  return llamaCheckpoint({ dimensions, norm, isTied, layer }, tensors, file);
}

/** The window of each layer; `sliding_window` counts only where `use_sliding_window` says so. */
function readWindows(fields: ConfigFields, layers: number): (number | null)[] {
  const said = fields.dimensionOrNull('sliding_window', 4096);
  const window = fields.flag('use_sliding_window', false) ? said : null;
  const first = fields.number('max_window_layers', 28);
  const types = readLayerTypes(fields, layers, (layer) =>
    window !== null && layer >= first ? 'sliding_attention' : 'full_attention',
  );
  if (window === null && types.includes('sliding_attention')) {
    fields.refuse('"layer_types" names sliding layers, but there is no sliding window');
  }
  return types.map((type) => (type === 'sliding_attention' ? window : null));
}
