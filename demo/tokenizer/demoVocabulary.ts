import { trainDocuments } from '../corpus/generate';
import { preTokenise } from './preTokenise';
import { trainTokenizer, type Vocabulary } from './trainTokenizer';

/** Documents whose words make the vocabulary; enough for every word of the corpus to occur. */
const sampleSize = 60_000;
/** Upper bound; merges run out a little earlier. */
const largestVocabulary = 2048;

function* digits(): Generator<string> {
  for (let value = 0; value < 100; value++) {
    const pair = String(value).padStart(2, '0');
    yield pair;
    yield ` ${pair}`;
  }
}

/** Learns the demo's vocabulary: each word of the corpus and each pair of digits becomes one token. */
export function demoVocabulary(seed: number): Vocabulary {
  const wanted = new Set<string>(digits());
  const texts: string[] = [];
  for (const { text } of trainDocuments(seed)) {
    texts.push(text);
    for (const piece of preTokenise(text)) wanted.add(piece);
    if (texts.length >= sampleSize) break;
  }
  return trainTokenizer(texts, wanted, largestVocabulary);
}
