/** Which dictionaries stand for the MLP of a layer. */
import type { DictionaryConfig } from './config';

const MLP_OUTPUT = /^blocks\.(\d+)\.hook_mlp_out$/;

/**
 * The layer whose MLP a dictionary stands for: a transcoder from what the block holds to all that its MLP writes. Null for any other.
 * That the hook point it reads comes before the output is the model's to say.
 */
export function layerOfTranscoder({
  transcoder,
  hookName,
  hookNameOut,
}: Pick<DictionaryConfig, 'transcoder' | 'hookName' | 'hookNameOut'>): number | null {
  const layer = MLP_OUTPUT.exec(hookNameOut)?.[1];
  return transcoder && layer !== undefined && hookName.startsWith(`blocks.${layer}.`) ? Number(layer) : null;
}
