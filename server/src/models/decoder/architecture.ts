/** From a family's description of a checkpoint to its architecture. */
import type { Architecture, Checkpoint, ProcessingFlag, TensorShapes } from '../family';
import { checkTensors, unusedTensors } from '../tensors';
import { decoderForward } from './forward';
import { Processing } from './processing';
import { decoderTensors } from './tensors';

/** @throws FileFormatError naming `file` and the first tensor that is missing or has another shape. */
export function decoderArchitecture(
  family: string,
  { decoder, harmless, warnings }: Checkpoint,
  tensors: TensorShapes,
  file: string,
  flags: readonly ProcessingFlag[],
): Architecture {
  const wanted = decoderTensors(decoder);
  checkTensors(wanted, tensors, file);
  const processing = new Processing(decoder, flags);
  return {
    family,
    dimensions: decoder.dimensions,
    causal: decoder.causal,
    processing: processing.active,
    tensors: wanted,
    warnings: [...warnings, ...unusedTensors(wanted, tensors, harmless)],
    forward: (b, options) => decoderForward(b, decoder, processing, options),
  };
}
