/** Downloads one file, going on where an earlier try ended. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileError, FileFormatError } from '../formats/errors';
import { askHub, bareEtag, explain, type HubAnswer } from './ask';
import type { HubClient } from './client';
import { HubError, PassingHubError } from './hubError';
import { fileAddress, type HubFile } from './listing';
import { withRetries } from './retry';

export interface FileTask {
  readonly client: HubClient;
  readonly commit: string;
  readonly file: HubFile;
  /** The file that takes what comes; what is in it already is kept. */
  readonly target: string;
  /** Told as the file grows, in bytes. */
  readonly onBytes: (present: number) => void;
}

/**
 * Downloads until the target is as long as the file is said to be; its content is not checked here. What has come stays in the
 * target whatever happens.
 * @throws HubError, FileFormatError when the disk refuses, the client's signal's reason
 */
export async function fetchFile(task: FileTask): Promise<void> {
  const handle = await openTarget(task.target);
  try {
    const present = (await handle.stat()).size;
    const part = new Part(task, handle, present);
    if (present > task.file.bytes) await part.restart();
    await withRetries(
      task.client.patience,
      task.client.signal,
      () => part.fetchRest(),
      () => part.present,
    );
    await onDisk(task.target, () => handle.sync());
  } finally {
    await handle.close();
  }
}

function openTarget(path: string): Promise<FileHandle> {
  // Neither cut nor appended to: every write says where.
  return onDisk(path, () => open(path, constants.O_RDWR | constants.O_CREAT));
}

/** @throws FileFormatError when the disk refuses */
async function onDisk<T>(path: string, job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    throw fileError(path, error);
  }
}

class Part {
  /** Which version of the file the server sent, where it said so: another one must not be added to it. */
  private etag: string | null = null;
  /** False once the server has sent a wrong part. */
  private asksForRest = true;

  constructor(
    private readonly task: FileTask,
    private readonly handle: FileHandle,
    /** Bytes from the start of the file that are there. */
    public present: number,
  ) {}

  async restart(): Promise<void> {
    this.present = 0;
    await onDisk(this.task.target, () => this.handle.truncate(0));
  }

  /** One try. @throws PassingHubError when it ended early */
  async fetchRest(): Promise<void> {
    const { client, commit, file } = this.task;
    if (this.present === file.bytes) return;
    const answer = await askHub(client, fileAddress(client, commit, file.path), this.range());
    try {
      if (answer.linkedHash !== null && answer.linkedHash !== file.hash) throw this.changed();
      const start = await this.startOf(answer);
      await this.take(answer, start);
    } catch (error) {
      if (error instanceof FileFormatError) throw error;
      throw explain(client, error, answer.watch);
    } finally {
      answer.watch.end();
      await answer.response.body?.cancel().catch(() => undefined);
    }
    if (this.present < file.bytes) {
      throw this.passing(`${file.path} ended after ${this.present} of ${file.bytes} bytes`);
    }
  }

  private range(): Record<string, string> {
    if (this.present === 0 || !this.asksForRest) return {};
    // A weak tag says nothing about bytes (RFC 9110, 13.1.5).
    const isStrong = this.etag !== null && !this.etag.startsWith('W/');
    return { range: `bytes=${this.present}-`, ...(isStrong ? { 'if-range': this.etag! } : {}) };
  }

  /** Offset in the file at which the answer's body begins: 0 where the server ignored the range. */
  private async startOf({ response }: HubAnswer): Promise<number> {
    const { status, headers } = response;
    const etag = headers.get('etag');
    const isOther = this.etag !== null && etag !== null && bareEtag(etag) !== bareEtag(this.etag);
    this.etag = etag;
    if (status === 416 || (isOther && status === 206)) {
      await this.restart();
      throw this.passing(`the server cannot go on with ${this.task.file.path}`);
    }
    if (status === 200) {
      if (isOther) await this.restart();
      return 0;
    }
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    const isWhole = total === '*' || total === String(this.task.file.bytes);
    const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity';
    if (Number(first) === this.present && isWhole && isPlain) return this.present;
    this.asksForRest = false;
    throw this.passing(`the server sent another part of ${this.task.file.path} than it was asked for`);
  }

  /** Writes what comes behind what is there; what was there already is passed over. */
  private async take({ response, watch }: HubAnswer, start: number): Promise<void> {
    let offset = start;
    for await (const chunk of response.body ?? []) {
      watch.touch();
      const news = chunk.subarray(Math.max(0, this.present - offset));
      offset += chunk.length;
      if (offset > this.task.file.bytes) throw this.tooLong();
      await this.write(news);
      this.task.onBytes(this.present);
    }
  }

  private async write(bytes: Uint8Array): Promise<void> {
    await onDisk(this.task.target, async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, this.present);
        done += bytesWritten;
        this.present += bytesWritten;
      }
    });
  }

  private passing(reason: string): PassingHubError {
    return new PassingHubError(this.task.client.id, reason, 'Try again later; what was downloaded is kept');
  }

  private tooLong(): HubError {
    const { client, file } = this.task;
    return new HubError(
      client.id,
      `more comes of ${file.path} than the ${file.bytes} bytes that the hub lists`,
      'Try again later, or choose another revision',
    );
  }

  private changed(): HubError {
    const { client, file } = this.task;
    const reason = `the hub sends another ${file.path} than it lists`;
    return new HubError(client.id, reason, 'Try again later, or choose another revision');
  }
}
