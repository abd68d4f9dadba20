/** What the title of a panel says when its contents are of another model than the one that is loaded. Pure. */
import path from 'node:path';
import type { Provenance } from '../../protocol/experiments';
import { plainLine } from '../../protocol/wording';

export type Model = Provenance['model'];

/**
 * `(of NAME)`, or nothing.
 * @param made which model the contents come from; null when there are none
 * @param loaded null when no model is, or none is known of yet
 */
export function otherModel(made: Model | null, loaded: Model | null): readonly string[] {
  if (made === null || loaded === null || made.identity === loaded.identity) return [];
  return [`(of ${plainLine(path.basename(made.name))})`];
}
