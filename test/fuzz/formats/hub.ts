/** What a hub answers, and the folders of the Hugging Face cache. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileFormatError } from '../../../server/src/formats/errors';
import { cachedSnapshots, findInHubCache } from '../../../server/src/formats/hubCache';
import { hubClient } from '../../../server/src/hub/client';
import { listModel } from '../../../server/src/hub/listing';
import { expectSane, type Format, type Sample } from '../format';
import { jsonPart, layOut } from './files';

const ID = 'tests/small';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const HUB = 'http://127.0.0.1:9';

const lfs = (path: string, size: number): unknown => ({
  type: 'file',
  path,
  size,
  oid: COMMIT,
  lfs: { oid: COMMIT + '0'.repeat(24), size, pointerSize: 134 },
});

const SHARD = 'model-00001-of-00001.safetensors';
const ANSWERS = {
  'model.json': {
    _id: '1',
    id: ID,
    modelId: ID,
    private: false,
    gated: false,
    sha: COMMIT,
    downloads: 1,
    likes: 1,
    tags: [],
  },
  'tree.json': [
    { type: 'directory', path: 'onnx', size: 0, oid: COMMIT },
    { type: 'file', path: 'config.json', size: 100, oid: COMMIT },
    { type: 'file', path: 'model.safetensors.index.json', size: 100, oid: COMMIT },
    lfs(SHARD, 1000),
    lfs('tokenizer.model', 1000),
  ],
  'index.json': { metadata: { total_size: 1000 }, weight_map: { 'a.weight': SHARD, 'b.weight': SHARD } },
};

type Answer = keyof typeof ANSWERS;

function answerFor(address: string): Answer {
  if (address.includes('/tree/')) return 'tree.json';
  return address.includes('/resolve/') ? 'index.json' : 'model.json';
}

/** Asks a hub whose answers are files, over no network. */
async function ask(place: string): Promise<void> {
  globalThis.fetch = (input) => {
    const address = input instanceof Request ? input.url : String(input);
    expectSane(address.startsWith(`${HUB}/`), `it asks ${address}`);
    const headers = { 'content-type': 'application/json' };
    return Promise.resolve(new Response(readFileSync(join(place, answerFor(address))), { headers }));
  };
  const patience = { stallMs: 1000, attempts: 1, firstWaitMs: 1, longestWaitMs: 1 };
  const signal = new AbortController().signal;
  const { commit, files } = await listModel(
    hubClient({ name: ID, env: {}, signal, endpoint: HUB, patience }),
  );
  expectSane(/^[0-9a-f]{40}$/.test(commit), `the commit is ${commit}`);
  for (const { path, bytes, hash } of files) {
    expectSane(/^[\w.-]+$/.test(path) && !path.startsWith('.'), `a file is called ${path}`);
    expectSane(Number.isSafeInteger(bytes) && bytes >= 0, `a file has ${bytes} bytes`);
    expectSane(/^[0-9a-f]{40,64}$/.test(hash), `a hash is ${hash}`);
  }
}

export const hubAnswer: Format = {
  name: 'hub',
  samples: (folder) =>
    (Object.keys(ANSWERS) as Answer[]).map((damaged): Sample => {
      const sound = Object.entries(ANSWERS).map(
        ([name, content]) => [name, JSON.stringify(content)] as const,
      );
      const place = layOut(folder, `damaged ${damaged}`, Object.fromEntries(sound));
      return {
        name: damaged,
        file: join(place, damaged),
        parts: [jsonPart(ANSWERS[damaged])],
        read: () => ask(place),
      };
    }),
};

/** A model of the cache, found by its name or not. */
export const hubCache: Format = {
  name: 'hub-cache',
  samples(folder) {
    const snapshot = join('models--tests--small', 'snapshots', COMMIT);
    layOut(folder, snapshot, { 'config.json': '{}' });
    layOut(folder, join('models--tests--small', 'snapshots', COMMIT.replace('0', 'f')), {
      'config.json': '{}',
    });
    const file = join(folder, 'models--tests--small', 'refs', 'main');
    const env = { HF_HUB_CACHE: folder };
    const read = (): void => {
      const found = findInHubCache(ID, env);
      for (const { path } of cachedSnapshots(env)) expectSane(path.startsWith(folder), `it leads to ${path}`);
      if (found === null) throw new FileFormatError(file, 'it names no snapshot', 'Download the model again');
      expectSane(found.startsWith(join(folder, 'models--tests--small', 'snapshots')), `it leads to ${found}`);
    };
    const words = ['../', '/', ' ', COMMIT.replace('0', 'f')];
    return [
      { name: 'main', file, parts: [{ kind: 'text', bytes: Buffer.from(`${COMMIT}\n`), words }], read },
    ];
  },
};
