/** A demo folder made of the graph fixtures: four blocks, a transcoder of twenty features for each, letters as tokens. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphFixture } from '../../../../test/reference/graphFixtures';
import { fixturePath } from '../../../../test/reference/fixtures';
import { temporaryFolder } from '../../../../test/support/temporary';
import { byteCharacters } from '../../tokenizers/byteAlphabet';

const BOS = '<|endoftext|>';

/** Small letters and the space are in the model's vocabulary of 48, other bytes behind it. */
function idOf(letter: string, byte: number): number {
  const id = 'abcdefghijklmnopqrstuvwxyzĠ'.indexOf(letter);
  return id < 0 ? 48 + byte : id;
}

/**
 * The folder; it is gone when the running test is.
 * @param layers that have a transcoder
 */
export function graphDemo(layers: readonly number[] = [0, 1, 2, 3]): string {
  const folder = temporaryFolder();
  const { model, dictionaries } = graphFixture('relu');
  cpSync(fixturePath(model), join(folder, 'model'), { recursive: true });
  const vocabulary = new Map(byteCharacters.map((letter, byte) => [letter, idOf(letter, byte)]));
  vocabulary.set(BOS, 47);
  writeFileSync(join(folder, 'model', 'vocab.json'), JSON.stringify(Object.fromEntries(vocabulary)));
  writeFileSync(join(folder, 'model', 'merges.txt'), '#version: 0.2\n');
  writeFileSync(join(folder, 'model', 'tokenizer_config.json'), JSON.stringify({ bos_token: BOS }));
  mkdirSync(join(folder, 'dictionaries'));
  for (const layer of layers)
    cpSync(fixturePath(dictionaries[layer]!.folder), join(folder, 'dictionaries', `transcoder-${layer}`), {
      recursive: true,
    });
  return folder;
}
