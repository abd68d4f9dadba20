/** The models of a hub of tests: folders, with the hashes that a hub knows of their files. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface HubFile {
  readonly path: string;
  readonly location: string;
  readonly bytes: number;
  /** Stored by LFS, as the hub does with weights: its etag is the sha256, and it is served from elsewhere. */
  readonly isLarge: boolean;
  /** SHA-1 of the git blob; of the pointer where the file is stored by LFS. */
  readonly oid: string;
  readonly etag: string;
}

export interface HubRevision {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

const LARGE = /\.(safetensors|bin|model|pth|onnx|h5|msgpack|gguf)$/;

export class HubModels {
  private readonly revisions = new Map<string, Map<string, HubRevision>>();

  /** Reads all files once. */
  constructor(folders: Readonly<Record<string, string>>) {
    for (const [name, folder] of Object.entries(folders)) {
      const [id, revision = 'main'] = name.split('@') as [string, string?];
      const known = this.revisions.get(id) ?? new Map<string, HubRevision>();
      const read = readRevision(folder);
      this.revisions.set(id, known.set(revision, read).set(read.commit, read));
    }
  }

  has(id: string): boolean {
    return this.revisions.has(id);
  }

  /** By branch, tag or commit; `HEAD` is `main`. */
  find(id: string, revision: string): HubRevision | undefined {
    return this.revisions.get(id)?.get(revision === 'HEAD' ? 'main' : revision);
  }

  byHash(sha256: string): HubFile | undefined {
    for (const revisions of this.revisions.values())
      for (const { files } of revisions.values()) {
        const file = files.find(({ isLarge, etag }) => isLarge && etag === sha256);
        if (file) return file;
      }
    return undefined;
  }
}

function readRevision(folder: string): HubRevision {
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  const files = names.sort().map((path): HubFile => {
    const location = join(folder, path);
    const content = readFileSync(location);
    const isLarge = LARGE.test(path);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${content.length}\n`;
    const oid = gitBlob(isLarge ? Buffer.from(pointer) : content);
    return { path, location, bytes: content.length, isLarge, oid, etag: isLarge ? sha256 : oid };
  });
  const listing = files.map(({ path, etag }) => `${path} ${etag}\n`).join('');
  return { commit: createHash('sha1').update(listing).digest('hex'), files };
}

function gitBlob(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
