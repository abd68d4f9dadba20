/** Results that are no numbers, and whose fault that is. */
import { FileFormatError } from '../formats/errors';
import { hasNaN } from '../formats/float';
import { RunError } from './feeds';
import type { Tensor } from './ort';
import type { WeightFiles } from './weightFiles';

/**
 * Refuses results that hold a NaN, so that none is shown or written as if it were a measurement. Infinities pass: masked
 * attention scores are -Infinity.
 * @throws FileFormatError naming the weight file and tensor that is to blame, or RunError when the weights are sound
 */
export function checkNumbers(results: ReadonlyMap<string, Tensor>, weights: WeightFiles): void {
  for (const [name, { data }] of results) {
    if (!(data instanceof Float32Array) || !hasNaN(data)) continue;
    const broken = weights.findNotFinite();
    if (broken) {
      const reason = `tensor ${broken.tensor} holds NaN or infinite numbers`;
      throw new FileFormatError(broken.file.path, reason, 'Download the file or save the model again');
    }
    throw new RunError(
      `${name} is not a number (NaN) in places although all weights are numbers: what was fed is not, or float32 overflowed`,
    );
  }
}
