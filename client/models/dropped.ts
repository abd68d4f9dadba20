/** What is said of the dictionaries of a model that another one has replaced. Pure. */
import type { ModelsState } from '../../protocol/models';

/** A sentence, or undefined when no dictionary was lost. */
export function droppedDictionaries(before: ModelsState, after: ModelsState): string | undefined {
  const kept = new Set(after.dictionaries.map(({ id, path }) => `${id}\n${path}`));
  const lost = before.dictionaries.filter(
    ({ id, path, state }) => state === 'loaded' && !kept.has(`${id}\n${path}`),
  );
  if (lost.length === 0) return undefined;
  const [old, now] = [before, after].map(({ models }) => models.find(({ state }) => state === 'loaded'));
  const count = lost.length === 1 ? 'The dictionary' : `The ${lost.length} dictionaries`;
  const of = old ? ` of ${old.name}` : '';
  const instead = now ? `; ${now.name} needs its own` : '';
  // One line of a notification has no room for more.
  return `${count}${of} ${lost.length === 1 ? 'was' : 'were'} unloaded${instead}.`;
}
