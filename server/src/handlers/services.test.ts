import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../protocol/settings';
import { unitOf } from './services';

const FOLDER = resolve('/x/My (project)');
const scopeOfFolder = pathToFileURL(FOLDER).toString();

/** Settings that say `line` in the folder and `paragraph` in the open document; `file` elsewhere. */
function services(open?: string) {
  return {
    workspaceFolders: [resolve('/y'), FOLDER],
    documents: { ofFile: () => (open === undefined ? undefined : { uri: open }) },
    settings: {
      for: (uri?: string) => {
        const unit = uri === scopeOfFolder ? 'line' : uri === open && uri ? 'paragraph' : 'file';
        return Promise.resolve({ ...defaultSettings, context: { unit } as const });
      },
    },
  };
}

describe('the unit of a context', () => {
  it('is that of the folder for a file in it, however the client encodes its name', async () => {
    const uri = pathToFileURL(join(FOLDER, 'a.txt')).toString();
    expect(await unitOf(services(), uri)).toBe('line');
    expect(await unitOf(services(), uri.replace('(', '%28').replace(')', '%29'))).toBe('line');
    expect(await unitOf(services(), 'file:///z/a.txt')).toBe('file');
  });

  it('is that of the open document where there is one', async () => {
    const open = 'file:///x/My%20%28project%29/a.txt';
    expect(await unitOf(services(open), pathToFileURL(join(FOLDER, 'a.txt')).toString())).toBe('paragraph');
  });
});
