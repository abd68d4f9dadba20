/** A demo folder made of the reference fixtures: a model of three layers, dictionaries of 48 features, labels, held-out text. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturePath } from '../../../../test/reference/fixtures';
import { temporaryFolder } from '../../../../test/support/temporary';

export const DICTIONARIES = ['jumprelu', 'standard', 'standard-hook-z'];

export const HELD_OUT = 'Mary gave John a book.\n\nThe king of Spain, 1713, wrote it.\nTwice.\n\nfin\n';

/** The folder; it is gone when the running test is. */
export function smallDemo(dictionaries: readonly string[] = DICTIONARIES): string {
  const folder = temporaryFolder();
  cpSync(fixturePath('gpt2-tiny', 'model'), join(folder, 'model'), { recursive: true });
  mkdirSync(join(folder, 'dictionaries'));
  for (const name of dictionaries)
    cpSync(fixturePath('dictionaries', name), join(folder, 'dictionaries', name), { recursive: true });
  const labels = [
    { feature: 3, label: 'a name', precision: 0.9, recall: 0.5 },
    { feature: 4, label: 'the second of two names' },
  ];
  writeFileSync(
    join(folder, 'dictionaries', dictionaries[0]!, 'labels.json'),
    JSON.stringify({ version: 1, labels }),
  );
  writeFileSync(join(folder, 'heldout.txt'), HELD_OUT);
  return folder;
}
