/** Finding and checking the tensors of a checkpoint. */
import { FileFormatError } from '../formats/errors';
import type { TensorShapes } from './family';

/** The part of the names before the family's own, such as `transformer.`: the first under which `probe` exists. */
export function findPrefix(
  tensors: TensorShapes,
  prefixes: readonly string[],
  probe: string,
  file: string,
): string {
  const found = prefixes.find((prefix) => tensors.has(prefix + probe));
  if (found !== undefined) return found;
  const reason = `the weights have no tensor ${prefixes.map((prefix) => prefix + probe).join(' or ')}`;
  throw new FileFormatError(file, reason, 'Check that config.json and the weights belong together');
}

/**
 * A warning about tensors that nothing reads (a layer more than config.json says, an adapter), or none. `harmless` are those
 * that a family's checkpoints hold without need.
 */
export function unusedTensors(
  wanted: ReadonlyMap<string, readonly number[]>,
  tensors: TensorShapes,
  harmless: RegExp,
): string[] {
  const unused = [...tensors.keys()].filter((name) => !wanted.has(name) && !harmless.test(name));
  if (unused.length === 0) return [];
  const [first] = unused;
  const others = unused.length === 1 ? '' : ` and ${unused.length - 1} more`;
  return [`the weights hold tensors that are not used: ${first!}${others}`];
}

/** @throws FileFormatError naming the first tensor that is missing or has another shape. */
export function checkTensors(
  wanted: ReadonlyMap<string, readonly number[]>,
  tensors: TensorShapes,
  file: string,
): void {
  for (const [name, shape] of wanted) {
    const found = tensors.get(name);
    const cure = 'Check that config.json and the weights belong together';
    if (!found) throw new FileFormatError(file, `the weights have no tensor ${name}`, cure);
    if (found.shape.join() !== shape.join()) {
      const reason = `tensor ${name} is [${found.shape.join(', ')}] where config.json means [${shape.join(', ')}]`;
      throw new FileFormatError(file, reason, cure);
    }
  }
}
