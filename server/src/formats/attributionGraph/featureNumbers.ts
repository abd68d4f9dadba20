/** Which feature a node's `feature` means: files number them in three ways. */
import { fromCantor, fromConcatenation } from './ids';

/** `cantor`: one number for layer and index. `concatenated`: their digits in a row. `raw`: the index. */
export type NumberScheme = 'cantor' | 'concatenated' | 'raw';

interface NumberedFeature {
  readonly layer: number;
  readonly number: number | null;
}

/**
 * The scheme of a file. Version 1 of the schema is Cantor's; files before it do not say, and are read in the first way in which
 * all of their numbers name the layers of their nodes.
 */
export function schemeOf(version: unknown, features: readonly NumberedFeature[]): NumberScheme {
  if (version === 1) return 'cantor';
  const fits = (scheme: NumberScheme): boolean =>
    features.every(({ layer, number }) => featureIndex(scheme, layer, number) !== null);
  if (fits('concatenated')) return 'concatenated';
  return fits('cantor') ? 'cantor' : 'raw';
}

/** The index of a feature in its dictionary; null when its number does not name its layer. */
export function featureIndex(scheme: NumberScheme, layer: number, number: number | null): number | null {
  if (number === null || !Number.isSafeInteger(number) || number < 0) return null;
  if (scheme === 'raw') return number;
  if (scheme === 'concatenated') return fromConcatenation(number, layer);
  const feature = fromCantor(number);
  return feature?.layer === layer ? feature.index : null;
}
