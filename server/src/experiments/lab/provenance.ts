/** Where the numbers of a result come from. */
import type { Provenance } from '../../../../protocol/experiments';
import type { Laboratory } from './laboratory';

/** @param started ISO 8601 */
export function provenanceOf(
  { versions, provider, modelName, model, dictionaries }: Laboratory,
  started: string,
  seconds: number,
): Provenance {
  return {
    ...versions,
    provider,
    model: {
      name: modelName,
      identity: model.identity,
      family: model.family,
      processing: model.processing,
    },
    dictionaries: [...dictionaries.values()].map(({ summary: { id, identity } }) => ({ id, identity })),
    started,
    seconds,
  };
}
