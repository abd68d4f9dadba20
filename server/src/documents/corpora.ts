/** The texts that a dashboard's statistics are over. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Corpus } from '../../../protocol/dashboard';
import type { ContextUnit } from '../../../protocol/settings';
import { listTextFiles, readAsText } from '../store/textFiles';

export interface CorpusText {
  readonly text: string;
  /** Null for text that is in no file of the workspace. */
  readonly uri: string | null;
  readonly unit: ContextUnit;
}

interface OpenDocument {
  readonly uri: string;
  getText(): string;
}

export interface CorpusPlaces {
  readonly demoFolder: string;
  readonly workspaceFolders: readonly string[];
  /** How a file of the workspace is divided into contexts. */
  readonly unitOf: (uri: string) => Promise<ContextUnit>;
  /** The document of a file as it stands in the editor, where it is open; its URI may be encoded in another way. */
  readonly openDocument: (uri: string) => OpenDocument | undefined;
}

/** Files of a workspace read at most. */
const MOST_FILES = 2000;

/** The texts of a corpus, one after the other; files that are no text are passed over. */
export async function* corpusTexts(corpus: Corpus, places: CorpusPlaces): AsyncGenerator<CorpusText> {
  if (corpus === 'demo') {
    // Documents of the held-out text are parted by blank lines.
    const file = await readAsText(join(places.demoFolder, 'heldout.txt'));
    if ('text' in file) yield { text: file.text, uri: null, unit: 'paragraph' };
    return;
  }
  for (const path of await listTextFiles(places.workspaceFolders, MOST_FILES)) {
    const fileUri = pathToFileURL(path).toString();
    const open = places.openDocument(fileUri);
    const uri = open?.uri ?? fileUri;
    const file = open ? { text: open.getText() } : await readAsText(path);
    if ('text' in file) yield { text: file.text, uri, unit: await places.unitOf(uri) };
  }
}
