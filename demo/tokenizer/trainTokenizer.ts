import { byteCharacters, preTokenise, toByteCharacters } from './preTokenise';

/** Marks the beginning of every window; its id is the last one. */
export const endOfText = '<|endoftext|>';

/** A byte-level BPE tokeniser: tokens as printable byte characters, in id order, and merges in rank order. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

interface Word {
  parts: string[];
  readonly count: number;
}

/** Added to the count of a word that has to become one token. */
const wantedWeight = 1e7;

const pairKey = (left: string, right: string): string => `${left} ${right}`;

function countWords(texts: Iterable<string>, wanted: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  const add = (piece: string, count: number): void => {
    counts.set(piece, (counts.get(piece) ?? 0) + count);
  };
  for (const text of texts) for (const piece of preTokenise(text)) add(piece, 1);
  for (const text of wanted) for (const piece of preTokenise(text)) add(piece, wantedWeight);
  return [...counts].map(([piece, count]) => ({ parts: toByteCharacters(piece), count }));
}

function mostFrequentPair(words: readonly Word[]): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const { parts, count } of words) {
    for (let i = 1; i < parts.length; i++) {
      const key = pairKey(parts[i - 1]!, parts[i]!);
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  let best: string | undefined;
  let bestCount = 0;
  for (const [key, count] of counts) {
    if (count > bestCount || (count === bestCount && best !== undefined && key < best)) {
      best = key;
      bestCount = count;
    }
  }
  return best === undefined ? undefined : (best.split(' ') as [string, string]);
}

function applyMerge(word: Word, left: string, right: string): void {
  const merged: string[] = [];
  for (let i = 0; i < word.parts.length; i++) {
    if (word.parts[i] === left && word.parts[i + 1] === right) {
      merged.push(left + right);
      i++;
    } else {
      merged.push(word.parts[i]!);
    }
  }
  word.parts = merged;
}

/**
 * Learns byte pair merges (Sennrich et al. 2016) until the vocabulary has `size` tokens, `<|endoftext|>` included. The pieces of
 * `wanted` weigh so much that they become single tokens as long as the size allows. Ties are broken by the pair's spelling.
 */
export function trainTokenizer(texts: Iterable<string>, wanted: Iterable<string>, size: number): Vocabulary {
  const words = countWords(texts, wanted);
  const tokens = [...byteCharacters];
  const known = new Set(tokens);
  const merges: [string, string][] = [];
  while (tokens.length < size - 1) {
    const pair = mostFrequentPair(words.filter((word) => word.parts.length > 1));
    if (pair === undefined) break;
    merges.push(pair);
    const token = pair.join('');
    if (!known.has(token)) tokens.push(token);
    known.add(token);
    for (const word of words) applyMerge(word, ...pair);
  }
  return { tokens: [...tokens, endOfText], merges };
}
