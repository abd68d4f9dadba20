/** Which boxes stand how high: layers from the ground up, of neighbouring layers several in one band. Pure. */

/** More would make a circuit of a deep model taller than a panel. */
const MOST_BANDS = 8;

/**
 * @param layers - of each box; -1 for tokens
 * @returns for each box the number of its band, from 0; boxes of higher layers are never in a lower band
 */
export function bandsOf(layers: readonly number[]): readonly number[] {
  let bands = [...new Set(layers)].sort((a, b) => a - b).map((layer) => [layer]);
  while (bands.length > MOST_BANDS) bands = merged(bands);
  const numbers = new Map(bands.flatMap((band, number) => band.map((layer) => [layer, number])));
  return layers.map((layer) => numbers.get(layer)!);
}

/** The two neighbours that span the fewest layers become one; the first and the last band (tokens, logits) stay alone. */
function merged(bands: readonly number[][]): number[][] {
  let [best, span] = [1, Infinity];
  for (let at = 1; at + 2 < bands.length; at++) {
    const spanned = bands[at + 1]!.at(-1)! - bands[at]![0]!;
    if (spanned < span) [best, span] = [at, spanned];
  }
  return [...bands.slice(0, best), [...bands[best]!, ...bands[best + 1]!], ...bands.slice(best + 2)];
}
