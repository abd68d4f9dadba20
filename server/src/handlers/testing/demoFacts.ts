/** What is known of the bundled demo, for tests of what is said about experiment files. */
import { join } from 'node:path';
import type { ModelFacts } from '../../experiments/spec/modelFacts';
import { readDictionaryFiles, readModelFiles } from '../experimentFilesFacts';

const DEMO_FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'media', 'demo');

/** The demo with these dictionaries of its own, as a file that lists them all is held against. */
export async function demoFacts(...dictionaries: readonly string[]): Promise<ModelFacts> {
  const place = { id: 'demo', name: 'Demo', path: 'demo', location: join(DEMO_FOLDER, 'model') };
  const all = dictionaries.map((id) =>
    readDictionaryFiles({ id, name: id, path: id, location: join(DEMO_FOLDER, 'dictionaries', id) }),
  );
  return {
    ...(await readModelFiles(place)),
    isLoaded: false,
    dictionaries: new Map(all.map((facts) => [facts.id, facts])),
    isComplete: true,
    missing: [],
    available: ['blocks.2.hook_resid_post', 'blocks.3.hook_resid_post'],
  };
}
