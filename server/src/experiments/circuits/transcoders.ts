/** Which of the dictionaries that are there stand for the MLPs of a model's layers. */
import { layerOfTranscoder } from '../../dictionaries/transcoders';
import type { DictionarySummary } from '../../engine/messages';

/** The layer whose MLP a dictionary stands for, from what it reads to all that it writes; null for what is no transcoder of one. */
export function transcodedLayer({ kind, hookName, hookNameOut }: DictionarySummary): number | null {
  return layerOfTranscoder({ transcoder: kind.includes('transcoder'), hookName, hookNameOut });
}

/**
 * One transcoder a layer, in the order of the layers.
 * @param preferred ids by layer: taken where several stand for one; the first otherwise
 */
export function transcodersByLayer(
  dictionaries: Iterable<DictionarySummary>,
  preferred: ReadonlyMap<number, string> = new Map(),
): Map<number, DictionarySummary> {
  const found = new Map<number, DictionarySummary>();
  for (const dictionary of dictionaries) {
    const layer = transcodedLayer(dictionary);
    if (layer === null) continue;
    if (!found.has(layer) || preferred.get(layer) === dictionary.id) found.set(layer, dictionary);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}
