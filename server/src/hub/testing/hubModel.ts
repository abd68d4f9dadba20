/** A model at a hub of tests, and its download into a cache of its own; both are gone when the running test is. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HubServer, type HubServerOptions, startHubServer } from '../../../../test/support/hubServer';
import { temporaryFolder } from '../../../../test/support/temporary';
import type { HubRequest } from '../client';
import { type DownloadOptions, downloadModel } from '../download';

export const ID = 'tests/small';
export const WEIGHTS = 'model.safetensors';
/** Long enough for several chunks of an answer. */
export const WEIGHT_BYTES = 300_000;

export type Files = Readonly<Record<string, string | Uint8Array>>;

export const FILES: Files = {
  'config.json': '{"model_type": "gpt2"}',
  'tokenizer.json': '{}',
  [WEIGHTS]: randomBytes(WEIGHT_BYTES),
  'pytorch_model.bin': 'a second copy',
  'modeling.py': 'raise SystemExit',
  'README.md': 'words',
};

export const IMPATIENT = { stallMs: 300, attempts: 3, firstWaitMs: 5, longestWaitMs: 2000 };

export interface HubModelFixture {
  readonly hub: HubServer;
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the model in the cache. */
  readonly folder: string;
  readonly commit: string;
  readonly request: (changes?: Partial<HubRequest>) => HubRequest;
  readonly download: (changes?: Partial<HubRequest>, options?: Partial<DownloadOptions>) => Promise<string>;
  /** The name of a file's blob. */
  readonly hash: (name: string) => string;
  readonly blob: (name: string) => string;
  readonly incomplete: (name: string) => string;
  /** Puts the first bytes of a file into the cache, as an interrupted download leaves them. */
  readonly leavePart: (name: string, bytes: Uint8Array) => void;
  /** Requests for a file's content. */
  readonly asked: (name: string) => HubServer['requests'];
}

const nothing = (): void => undefined;

export async function hubModel(
  files: Files = FILES,
  options: Partial<HubServerOptions> = {},
  revisions: HubServerOptions['models'] = {},
): Promise<HubModelFixture> {
  const source = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(source, name), content);
  const hub = await startHubServer({ models: { [ID]: source, ...revisions }, ...options });
  onTestFinished(() => hub.close());
  const cache = join(temporaryFolder(), 'hub');
  const env = { HF_HUB_CACHE: cache, HF_ENDPOINT: hub.url };
  const folder = join(cache, 'models--tests--small');
  const request = (changes: Partial<HubRequest> = {}): HubRequest => ({
    name: ID,
    env,
    signal: new AbortController().signal,
    patience: IMPATIENT,
    ...changes,
  });
  const hash = (name: string): string => hashOf(name, readFileSync(join(source, name)));
  const incomplete = (name: string): string => join(folder, 'blobs', `${hash(name)}.incomplete`);
  return {
    hub,
    env,
    folder,
    commit: hub.commit(ID),
    request,
    download: (changes, given) =>
      downloadModel(request(changes), { onProgress: nothing, checkConfig: nothing, ...given }),
    hash,
    blob: (name) => join(folder, 'blobs', hash(name)),
    incomplete,
    leavePart: (name, bytes) => {
      mkdirSync(dirname(incomplete(name)), { recursive: true });
      writeFileSync(incomplete(name), bytes);
    },
    asked: (name) =>
      hub.requests.filter(({ place, path }) => place !== 'api' && decodeURIComponent(path).includes(name)),
  };
}

function hashOf(name: string, content: Uint8Array): string {
  if (/\.(safetensors|bin|model)$/.test(name)) return createHash('sha256').update(content).digest('hex');
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** What a call that must fail fails with. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error('it did not fail');
}
