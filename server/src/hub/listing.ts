/** Asking a hub what a model consists of. Nothing is written. */
import { listFiles, type ListFileEntry, modelInfo } from '@huggingface/hub';
import { apiFetch, readAnswer } from './api';
import type { HubClient } from './client';
import { HubError } from './hubError';
import { neededFiles, shardNames } from './neededFiles';

export interface HubFile {
  /** Its name: only files directly in the model's folder are taken. */
  readonly path: string;
  readonly bytes: number;
  /** `sha256` of the content for a file in LFS, else `git`: SHA-1 of the git blob. In hexadecimal; the name of its blob in the cache. */
  readonly hash: string;
  readonly hashKind: 'sha256' | 'git';
}

export interface HubListing {
  /** Commit, 40 hexadecimal digits. */
  readonly commit: string;
  /** The files that a load needs. */
  readonly files: readonly HubFile[];
}

/** More files than this in one folder are no model. */
const MOST_FILES = 10_000;
/** Larger than any file of a model; sums stay exact. */
const LARGEST_FILE = 2 ** 42;
/** Hubs without a git name revisions otherwise; these go into paths. */
const COMMIT = /^[0-9a-f]{40}$/;

/** @throws HubError, HubAccessError, the client's signal's reason */
export async function listModel(client: HubClient): Promise<HubListing> {
  const fetch = apiFetch(client);
  const { id: name, endpoint: hubUrl } = client;
  const revision = client.commit ?? client.revision;
  try {
    const about = await modelInfo({ name, hubUrl, revision, additionalFields: ['sha'], fetch });
    const commit = checkCommit(client, about.sha);
    const entries = await allEntries(client, commit, fetch);
    if (about.gated !== false || about.private)
      await readAnswer(client, fileAddress(client, commit, 'config.json'));
    return { commit, files: await chooseFiles(client, commit, entries) };
  } catch (error) {
    client.signal.throwIfAborted();
    if (error instanceof HubError) throw error;
    const reason = 'the answer of the hub cannot be read';
    throw new HubError(name, reason, `Check that ${hubUrl} is a hub and that you are online`, {
      cause: error,
    });
  }
}

/** Where a file of a model is. */
export function fileAddress({ endpoint, id }: HubClient, commit: string, path: string): string {
  return `${endpoint}/${id}/resolve/${commit}/${encodeURIComponent(path)}`;
}

async function allEntries(
  client: HubClient,
  revision: string,
  fetch: typeof globalThis.fetch,
): Promise<ListFileEntry[]> {
  const entries: ListFileEntry[] = [];
  const repo = { type: 'model', name: client.id } as const;
  for await (const entry of listFiles({ repo, hubUrl: client.endpoint, revision, fetch })) {
    entries.push(entry);
    if (entries.length > MOST_FILES) {
      throw new HubError(client.id, `it lists more than ${MOST_FILES} files`, 'Choose another model');
    }
  }
  return entries.filter(({ type }) => type === 'file');
}

async function chooseFiles(
  client: HubClient,
  commit: string,
  entries: readonly ListFileEntry[],
): Promise<HubFile[]> {
  const names = entries.map(({ path }) => path);
  const { names: needed, index } = neededFiles(client.id, names);
  const shards = index === null ? [] : shardNames(client.id, await readIndex(client, commit, index), names);
  return [...new Set([...needed, ...shards])].map((name) =>
    checkFile(
      client,
      entries.find(({ path }) => path === name)!,
    ),
  );
}

async function readIndex(client: HubClient, commit: string, index: string): Promise<string> {
  const { body } = await readAnswer(client, fileAddress(client, commit, index));
  return new TextDecoder().decode(body);
}

function checkCommit({ id, commit }: HubClient, sha: unknown): string {
  if (commit !== null && sha !== commit) {
    throw new HubError(id, `the hub does not have commit ${commit} any more`, 'Ask for the model again');
  }
  if (typeof sha === 'string' && COMMIT.test(sha)) return sha;
  throw new HubError(id, 'the hub names no commit', 'Check HF_ENDPOINT');
}

/** Sizes and hashes become paths and offsets. */
function checkFile({ id }: HubClient, { path, size, oid, lfs }: ListFileEntry): HubFile {
  const hash = lfs?.oid ?? oid;
  const bytes = lfs?.size ?? size;
  const isHash = typeof hash === 'string' && (lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(hash);
  // A name from the list of needed ones holds no slash, but shards are named by their index.
  const isName = /^[\w-][\w.-]*$/.test(path);
  if (isHash && isName && Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= LARGEST_FILE) {
    return { path, bytes, hash, hashKind: lfs ? 'sha256' : 'git' };
  }
  throw new HubError(
    id,
    `the hub lists ${JSON.stringify(path).slice(0, 100)} without a name, size and hash that can be`,
    'Choose a copy of the model',
  );
}
