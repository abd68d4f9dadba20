/** What a hub has of a model, and bringing it into the local Hugging Face cache. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HubModel } from '../../../protocol/models';
import { fileError } from '../formats/errors';
import { type JsonObject, readJsonObjectFile } from '../formats/json';
import { CacheFiles } from './cacheFiles';
import { checksum } from './checksum';
import { type HubClient, hubClient, type HubRequest } from './client';
import { checkDiskSpace } from './diskSpace';
import { fetchFile } from './fetchFile';
import { HubError } from './hubError';
import { type HubFile, type HubListing, listModel } from './listing';
import { withLongLock } from './longLock';

/** Asks the hub what a load needs. Writes nothing. @throws HubError, the signal's reason */
export async function describeModel(request: HubRequest): Promise<HubModel> {
  const client = hubClient(request);
  return description(client, await listModel(client));
}

/**
 * @param done bytes that are there
 * @param of bytes in all
 */
export type OnProgress = (done: number, of: number, message: string) => void;

export interface DownloadOptions {
  /** Told, before anything is downloaded, what will be. */
  readonly onModel?: (model: HubModel) => void;
  readonly onProgress: OnProgress;
  /** Given config.json and its path as soon as it is there, before anything large is downloaded; what it throws ends the download. */
  readonly checkConfig: (config: JsonObject, path: string) => void;
}

/**
 * Downloads what is missing of a model and checks it. What was downloaded before a failure stays, and the next call goes on there.
 * @returns the snapshot's folder
 * @throws HubError, FileFormatError when the disk refuses, the signal's reason
 */
export async function downloadModel(
  request: HubRequest,
  { onModel, onProgress, checkConfig }: DownloadOptions,
): Promise<string> {
  const client = hubClient(request);
  const listing = await listModel(client);
  const model = description(client, listing);
  onModel?.(model);
  await checkDiskSpace(client.cacheFolder, model.missingBytes);
  const cache = new CacheFiles(client.cacheFolder, client.id);
  const onWait = (): void => {
    onProgress(model.bytes - model.missingBytes, model.bytes, 'Waiting for another download of this model');
  };
  return withLongLock(cache.lock, { signal: client.signal, onWait }, async () => {
    const download = new Download(client, listing, cache, onProgress);
    for (const file of configFirst(listing.files)) {
      await download.bring(file);
      if (file.path !== CONFIG) continue;
      const path = join(cache.snapshot(listing.commit), CONFIG);
      checkConfig(readJsonObjectFile(path), path);
    }
    // Last of all, so that nobody finds a model of which a part is missing.
    cache.writeRef(client.revision, listing.commit);
    return cache.snapshot(listing.commit);
  });
}

const CONFIG = 'config.json';

function configFirst(files: readonly HubFile[]): HubFile[] {
  return files.toSorted((a, b) => Number(b.path === CONFIG) - Number(a.path === CONFIG));
}

function description({ id, endpoint, cacheFolder }: HubClient, { commit, files }: HubListing): HubModel {
  const cache = new CacheFiles(cacheFolder, id);
  const bytes = sum(files.map((file) => file.bytes));
  return {
    id,
    revision: commit,
    endpoint,
    files: files.map((file) => ({
      path: file.path,
      bytes: file.bytes,
      isPresent: cache.isPresent(commit, file),
    })),
    bytes,
    missingBytes: bytes - sum(files.map((file) => cache.presentBytes(commit, file))),
  };
}

/** Two contents that do not fit their hash are no accident. */
const MOST_CHECKS = 2;
const REPORT_EVERY_MS = 100;

class Download {
  private readonly present: Map<string, number>;
  private readonly bytes: number;
  private reportedAt = 0;

  constructor(
    private readonly client: HubClient,
    private readonly listing: HubListing,
    private readonly cache: CacheFiles,
    private readonly onProgress: OnProgress,
  ) {
    const { commit, files } = listing;
    this.bytes = sum(files.map(({ bytes }) => bytes));
    this.present = new Map(files.map((file) => [file.path, cache.presentBytes(commit, file)]));
  }

  async bring(file: HubFile): Promise<void> {
    const { cache, listing } = this;
    if (!cache.isPresent(listing.commit, file)) await this.fetchBlob(file);
    cache.place(listing.commit, file);
    this.report(file, file.bytes, `Downloaded ${file.path}`);
  }

  /** Downloads a file, checks it, and gives it its name. */
  private async fetchBlob(file: HubFile): Promise<void> {
    const { client, cache } = this;
    const [target, blob] = [cache.incomplete(file), cache.blob(file)];
    makeFolder(dirname(blob));
    for (let checked = 0; ;) {
      await fetchFile({
        client,
        commit: this.listing.commit,
        file,
        target,
        onBytes: (present) => {
          this.report(file, present, `Downloading ${file.path}`);
        },
      });
      this.report(file, file.bytes, `Checking ${file.path}`);
      const found = await checksum(target, file, client.signal);
      if (found === file.hash) break;
      // Going on with what is wrong would keep it wrong.
      rmSync(target, { force: true });
      if (++checked === MOST_CHECKS) throw wrongContent(client, file, found);
    }
    moveInto(target, blob);
  }

  private report({ path, bytes }: HubFile, present: number, message: string): void {
    this.present.set(path, present);
    const now = performance.now();
    if (present < bytes && now - this.reportedAt < REPORT_EVERY_MS) return;
    this.reportedAt = now;
    this.onProgress(sum([...this.present.values()]), this.bytes, message);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fileError(folder, error);
  }
}

function moveInto(target: string, blob: string): void {
  try {
    renameSync(target, blob);
  } catch (error) {
    // Another program that shares the cache has just done the same.
    if (!existsSync(blob)) throw fileError(blob, error);
  }
}

function wrongContent({ id }: HubClient, { path, hash, hashKind }: HubFile, found: string): HubError {
  const kind = hashKind === 'git' ? 'git hash' : 'sha256';
  const reason = `what came of ${path} is not what the hub lists (${kind} ${found} instead of ${hash})`;
  return new HubError(id, reason, 'Try again later; if it happens again, do not trust this copy');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
