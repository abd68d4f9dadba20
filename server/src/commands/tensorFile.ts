/** What `run` and `gradient` write. */
import type { Tensors } from '../engine/messages';
import type { Tensor } from '../engine/ort';
import { type TensorToWrite, writeSafetensors } from '../formats/safetensorsWriter';

/** Writes the first and only row of a batch, without its axis. @throws FileFormatError; nothing is left half-written */
export function writeRow(path: string, results: Tensors): void {
  writeSafetensors(path, new Map([...results].map(([name, tensor]) => [name, withoutBatch(tensor)])));
}

function withoutBatch({ data, dims }: Tensor): TensorToWrite {
  return { data, shape: dims.slice(1) };
}
