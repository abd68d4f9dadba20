/** One model's part of the Hugging Face cache, for writing; `formats/hubCache.ts` reads it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { writeTextAtomically } from '../formats/atomicFile';
import { fileError, systemErrorCode } from '../formats/errors';
import { modelCacheFolder } from '../formats/hubCache';
import type { HubFile } from './listing';

/** What file systems and systems without symbolic links answer. */
const NO_LINKS = ['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'];

export class CacheFiles {
  private readonly folder: string;
  /** One process at a time writes while it holds this. */
  readonly lock: string;

  constructor(cacheFolder: string, id: string) {
    this.folder = modelCacheFolder(cacheFolder, id);
    this.lock = join(modelCacheFolder(join(cacheFolder, '.locks'), id), 'featurescope.lock');
  }

  snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  blob({ hash }: HubFile): string {
    return join(this.folder, 'blobs', hash);
  }

  /** What has come of a file, under the name that huggingface_hub gives it. */
  incomplete(file: HubFile): string {
    return `${this.blob(file)}.incomplete`;
  }

  /** Bytes of a file that are there; all of them when it is whole. */
  presentBytes(commit: string, file: HubFile): number {
    if (this.isPresent(commit, file)) return file.bytes;
    const part = sizeOf(this.incomplete(file)) ?? 0;
    // One that is too long is begun anew.
    return part > file.bytes ? 0 : part;
  }

  isPresent(commit: string, file: HubFile): boolean {
    return sizeOf(this.pointer(commit, file)) === file.bytes || sizeOf(this.blob(file)) === file.bytes;
  }

  /**
   * Puts a blob that is whole into a snapshot: a relative link, or where there are no links the file itself, as huggingface_hub does.
   * @throws FileFormatError
   */
  place(commit: string, file: HubFile): void {
    const pointer = this.pointer(commit, file);
    if (sizeOf(pointer) === file.bytes) return;
    const target = relative(dirname(pointer), this.blob(file));
    try {
      mkdirSync(dirname(pointer), { recursive: true });
      replace(pointer, (temporary) => {
        linkOrMove(target, this.blob(file), temporary);
      });
    } catch (error) {
      throw fileError(pointer, error);
    }
  }

  /** Says which commit a branch or tag means; a commit needs no saying. @throws FileFormatError */
  writeRef(revision: string, commit: string): void {
    if (revision === commit) return;
    const ref = join(this.folder, 'refs', ...revision.split('/'));
    try {
      mkdirSync(dirname(ref), { recursive: true });
    } catch (error) {
      throw fileError(ref, error);
    }
    // No line break: huggingface_hub reads the file as it is.
    writeTextAtomically(ref, commit);
  }

  private pointer(commit: string, { path }: HubFile): string {
    return join(this.snapshot(commit), path);
  }
}

function linkOrMove(target: string, blob: string, to: string): void {
  try {
    symlinkSync(target, to);
  } catch (error) {
    if (!NO_LINKS.includes(systemErrorCode(error) ?? '')) throw error;
    renameSync(blob, to);
  }
}

/** Makes something beside its place and moves it there, so that nobody sees half of it. */
function replace(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    make(temporary);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Bytes of a file behind any links; null when it is not there. */
function sizeOf(path: string): number | null {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.size : null;
  } catch {
    return null;
  }
}
