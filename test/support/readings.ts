// What a server says of a token, made by hand for tests of what is shown of it.
import type { TokenReading } from '../../protocol/documents';
import type { FeatureActivation, FeatureLabel } from '../../protocol/features';

export function active(
  index: number,
  activation: number,
  label: FeatureLabel | null = null,
  dictionary = 'd',
): FeatureActivation {
  return { feature: { dictionary, index }, activation, label };
}

/** A reading of the token ` gave`, with one list per dictionary. */
export function reading(...lists: FeatureActivation[][]): TokenReading {
  return {
    textDocument: { uri: 'file:///a.txt', version: 1 },
    token: { id: 5, text: ' gave' },
    range: { start: { line: 0, character: 4 }, end: { line: 0, character: 9 } },
    position: 2,
    window: { tokens: 9, span: { start: 0, end: 40 } },
    surprisal: 1.2,
    rank: 3,
    predictions: [],
    dictionaries: lists.map((features) => ({ dictionary: 'd', active: features.length, features })),
  };
}
