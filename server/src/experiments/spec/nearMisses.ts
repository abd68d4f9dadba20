/** What a misspelt word was meant to be. */
import { editDistance } from '../../models/hookNames';

/** At most so many are offered. */
const OFFERED = 3;
/** Longer words are no misspelling of a short name, and would cost time. */
const LONGEST = 100;

/** Known words that are close to the given one, closest first; empty when none is. */
export function closest(word: string, known: readonly string[]): string[] {
  if (word.length > LONGEST) return [];
  return known
    .map((name) => ({ name, distance: name.startsWith(word) ? 1 : editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, OFFERED)
    .map(({ name }) => name);
}
