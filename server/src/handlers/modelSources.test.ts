/** The editor's requests about the Hugging Face cache, hubs and estimates, against a hub on this machine. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CancellationTokenSource, ProgressType } from 'vscode-languageserver/node';
import { ErrorCode } from '../../../protocol/errors';
import {
  describeHubModel,
  downloadHubModel,
  estimateModel,
  listCachedModels,
  listModels,
  loadModel,
} from '../../../protocol/models';
import { fixturePath } from '../../../test/reference/fixtures';
import { type HubServer, type HubServerOptions, startHubServer } from '../../../test/support/hubServer';
import { temporaryFolder } from '../../../test/support/temporary';
import { LanguageServer } from './testing/languageServer';
import { smallDemo } from './testing/smallDemo';

const ID = 'tests/tiny';
const MODEL = fixturePath('gpt2-tiny', 'model');

interface Setup {
  readonly server: LanguageServer;
  readonly hub: HubServer;
  /** Folder of the cache. */
  readonly cache: string;
}

async function setup(options: Partial<HubServerOptions> = {}): Promise<Setup> {
  const hub = await startHubServer({ models: { [ID]: MODEL }, ...options });
  onTestFinished(() => hub.close());
  const cache = temporaryFolder();
  const env = { HF_HUB_CACHE: cache, HF_ENDPOINT: hub.url };
  const server = await LanguageServer.start({ demoFolder: smallDemo(), env });
  return { server, hub, cache };
}

/** Puts a model into a cache as `models--tests--NAME`. */
function put(cache: string, name: string, change: (snapshot: string) => void): string {
  const snapshot = join(cache, `models--tests--${name}`, 'snapshots', '0123abc');
  mkdirSync(snapshot, { recursive: true });
  cpSync(MODEL, snapshot, { recursive: true });
  change(snapshot);
  return snapshot;
}

describe('models of the cache', () => {
  it('are listed with their family, or with why they cannot be loaded', async () => {
    const { server, cache } = await setup();
    const whole = put(cache, 'a-whole', () => undefined);
    put(cache, 'b-weightless', (snapshot) => {
      rmSync(join(snapshot, 'model.safetensors'));
    });
    put(cache, 'c-foreign', (snapshot) => {
      writeFileSync(join(snapshot, 'config.json'), '{"model_type": "mamba"}');
    });
    put(cache, 'd-shardless', (snapshot) => {
      rmSync(join(snapshot, 'model.safetensors'));
      const index = { weight_map: { 'wte.weight': 'model-00001-of-00002.safetensors' } };
      writeFileSync(join(snapshot, 'model.safetensors.index.json'), JSON.stringify(index));
    });
    const bytes = readdirSync(whole).reduce((sum, name) => sum + statSync(join(whole, name)).size, 0);
    const found = await server.call(listCachedModels, null);
    expect(found).toEqual([
      { id: 'tests/a-whole', revision: '0123abc', path: whole, bytes, family: 'gpt2' },
      expect.objectContaining({
        id: 'tests/b-weightless',
        problem: expect.stringContaining('weights') as unknown,
        filesMissing: true,
      }),
      expect.objectContaining({
        id: 'tests/c-foreign',
        problem: expect.stringContaining('mamba') as unknown,
      }),
      expect.objectContaining({
        id: 'tests/d-shardless',
        problem: 'there is no such file or folder',
        filesMissing: true,
      }),
    ]);
    expect(found[2]).not.toHaveProperty('filesMissing');
  });

  it('are loaded by their id, which is what they are called', async () => {
    const { server, cache } = await setup();
    put(cache, 'whole', () => undefined);
    const { models } = await server.call(loadModel, { path: 'tests/whole' });
    expect(models).toContainEqual(
      expect.objectContaining({
        id: 'tests/whole',
        name: 'tests/whole',
        path: 'tests/whole',
        state: 'loaded',
      }),
    );
  });
});

describe('a model of a hub', () => {
  it('is described, downloaded with progress, and can be loaded by its id', async () => {
    const { server, cache, hub } = await setup();
    const described = await server.call(describeHubModel, { id: ID });
    expect(described).toMatchObject({ id: ID, revision: hub.commit(ID), endpoint: hub.url });
    expect(described.missingBytes).toBe(described.bytes);
    expect(readdirSync(cache)).toEqual([]);
    const kinds: string[] = [];
    const listener = server.connection.onProgress(new ProgressType<{ kind: string }>(), 'd', ({ kind }) => {
      kinds.push(kind);
    });
    const commit = described.revision;
    const { path } = await server.call(downloadHubModel, { id: ID, commit, workDoneToken: 'd' });
    listener.dispose();
    expect(path).toBe(join(cache, 'models--tests--tiny', 'snapshots', hub.commit(ID)));
    expect([kinds[0], kinds.at(-1)]).toEqual(['begin', 'end']);
    expect(kinds).toContain('report');
    expect(await server.call(describeHubModel, { id: ID })).toMatchObject({ missingBytes: 0 });
    expect((await server.call(loadModel, { path: ID })).models).toContainEqual(
      expect.objectContaining({ id: ID, state: 'loaded' }),
    );
  });

  it('is cancelled, keeps what came, and goes on there', async () => {
    const { server, hub, cache } = await setup({ bytesPerSecond: 60_000 });
    const source = new CancellationTokenSource();
    const params = { id: ID, commit: hub.commit(ID) };
    const call = server.call(downloadHubModel, params, { token: source.token });
    const blobs = join(cache, 'models--tests--tiny', 'blobs');
    const part = (): number => {
      const name = existsSync(blobs)
        ? readdirSync(blobs).find((each) => each.endsWith('.incomplete'))
        : undefined;
      return name === undefined ? 0 : statSync(join(blobs, name)).size;
    };
    await expect.poll(part, { timeout: 20_000 }).toBeGreaterThan(10_000);
    source.cancel();
    expect((await server.failure(call)).code).toBe(ErrorCode.requestCancelled);
    const came = part();
    const { bytes, missingBytes } = await server.call(describeHubModel, { id: ID });
    expect(bytes - missingBytes).toBeGreaterThanOrEqual(came);
    await server.call(downloadHubModel, params);
    expect(hub.requests.at(-1)?.range).toBe(`bytes=${came}-`);
  });

  it('that wants a token says so by its code, and is had with it', async () => {
    const { server, hub } = await setup({ gated: { [ID]: 'hf_right' } });
    const { code, message, data } = await server.failure(server.call(describeHubModel, { id: ID }));
    expect(code).toBe(ErrorCode.hubAccess);
    expect(message).toBe(`${ID}: its owner wants consent to conditions`);
    expect(data.cure).toContain(`${hub.url}/${ID}`);
    const params = { id: ID, accessToken: 'hf_right' };
    expect((await server.call(describeHubModel, params)).missingBytes).toBeGreaterThan(0);
    const commit = hub.commit(ID);
    expect(existsSync((await server.call(downloadHubModel, { ...params, commit })).path)).toBe(true);
  });

  it('is asked of the hub that the request names', async () => {
    const { server, hub } = await setup();
    const other = await startHubServer({ models: { [ID]: MODEL } });
    onTestFinished(() => other.close());
    expect(await server.call(describeHubModel, { id: ID, endpoint: `${other.url}/` })).toMatchObject({
      endpoint: other.url,
    });
    expect(hub.requests).toEqual([]);
  });

  it.each([
    ['../up', undefined, 'this is not the name of a model'],
    [ID, 'ftp://hub', 'this is not the address of a hub'],
    ['tests/none', undefined, 'has no such model'],
  ])('that cannot be: %s at %s', async (id, endpoint, words) => {
    const { server } = await setup();
    const params = { id, ...(endpoint === undefined ? {} : { endpoint }) };
    const { code, message, data } = await server.failure(server.call(describeHubModel, params));
    expect(code).toBe(ErrorCode.requestFailed);
    expect(message).toContain(words);
    expect(data.cure).not.toBe(undefined);
  });
});

describe('an estimate', () => {
  it('is made before loading, and loads nothing', async () => {
    const { server } = await setup();
    const estimate = await server.call(estimateModel, { path: MODEL });
    expect(estimate).toMatchObject({
      name: 'model',
      shape: { family: 'gpt2', layers: 3 },
      dtypes: ['F32'],
      warnings: [],
    });
    expect(estimate.weightBytes).toBeLessThan(statSync(join(MODEL, 'model.safetensors')).size);
    expect(estimate.tokens).toBeGreaterThan(0);
    expect(estimate.privateBytes).toBeGreaterThan(1e6);
    expect(estimate.seconds).toBeGreaterThan(0);
    expect(estimate.seconds).toBeLessThan(5);
    expect(estimate.machineBytes).toBeGreaterThan(estimate.privateBytes);
    const { models } = await server.call(listModels, null);
    expect(models.map(({ state }) => state)).toEqual(['available']);
  });

  it('fails as loading would', async () => {
    const { server } = await setup();
    const { message, data } = await server.failure(server.call(estimateModel, { path: '/none' }));
    expect(message).toContain('/none');
    expect(data.cure).not.toBe(undefined);
  });
});
