/**
 * A hub on 127.0.0.1 for tests: it answers what `@huggingface/hub` and our downloader ask, from folders on disk, and misbehaves on demand.
 *
 *   const hub = await startHubServer({ models: { 'org/name': folder } });   // 'org/name@v1': folder of another revision
 *   HF_ENDPOINT = hub.url                                                  // files of LFS are redirected to hub.cdnUrl, another origin
 *   hub.fail({ on: 'cdn', file: 'model.safetensors', times: 1, how: { cutAfter: 1000 } });
 *   hub.requests                                                           // what was asked, with the token that came along
 *   await hub.close();
 *
 * For another process: `npx tsx test/support/hub/main.ts org/name=FOLDER ...` prints the address; faults are POSTed to `/_fail` as JSON,
 * `/_requests` lists what was asked.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Fault, type FaultPlace, type FaultRule, Faults } from './hub/faults';
import { HubModels, type HubRevision } from './hub/models';
import { sendFile } from './hub/sendFile';

export type { Fault, FaultRule } from './hub/faults';

export interface HubServerOptions {
  /** Folders by `org/name` (revision `main`) or `org/name@revision`. Only files directly in them are served. */
  readonly models: Readonly<Record<string, string>>;
  /** Models that want a token: the token of each. Without it the answer is that of the hub for a private model. */
  readonly private?: Readonly<Record<string, string>>;
  /** The same for gated models, whose owner wants consent to conditions. */
  readonly gated?: Readonly<Record<string, string>>;
  /** Files that the tree lists on a page; default all. */
  readonly pageSize?: number;
  /** Of every file's body, so that there is time to cancel; default as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** Default any that is free. */
  readonly port?: number;
}

export interface HubRequest {
  readonly method: string;
  readonly place: FaultPlace;
  readonly path: string;
  readonly range: string | null;
  readonly ifRange: string | null;
  /** What came after `Bearer `. */
  readonly token: string | null;
}

export interface HubServer {
  /** Address of the hub, to be `HF_ENDPOINT`. */
  readonly url: string;
  /** Address that large files are redirected to. */
  readonly cdnUrl: string;
  readonly requests: readonly HubRequest[];
  /** The commit that a revision means. */
  commit(id: string, revision?: string): string;
  /** From now on: requests that fit are answered wrongly. */
  fail(rule: FaultRule): void;
  /** All is well again. */
  mend(): void;
  close(): Promise<void>;
}

/** Starts a hub; it must be closed. */
export async function startHubServer(options: HubServerOptions): Promise<HubServer> {
  const models = new HubModels(options.models);
  const faults = new Faults();
  const requests: HubRequest[] = [];
  const note = (place: FaultPlace, request: IncomingMessage): Fault | null => {
    const { method = 'GET', url: path = '/', headers } = request;
    const token = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? null;
    const ifRange = headers['if-range'];
    requests.push({
      method,
      place,
      path,
      range: headers.range ?? null,
      ifRange: typeof ifRange === 'string' ? ifRange : null,
      token,
    });
    return faults.take(place, decodeURIComponent(path));
  };

  const cdn = createServer((request, response) => {
    const fault = note('cdn', request);
    if (!answered(response, fault)) sendBlob(request, response, models, fault, options.bytesPerSecond);
  });
  const hub = createServer((request, response) => {
    if (request.url === '/_requests') sendJson(response, 200, requests);
    else if (request.url === '/_fail') void addFault(request, response, faults);
    else {
      const fault = note(request.url?.startsWith('/api/') === true ? 'api' : 'resolve', request);
      if (answered(response, fault)) return;
      answer(request, response, { options, models, fault, url: base(hub), cdnUrl: base(cdn) });
    }
  });
  await listen(cdn, 0);
  await listen(hub, options.port ?? 0);
  return {
    url: base(hub),
    cdnUrl: base(cdn),
    requests,
    commit: (id, revision = 'main') => models.find(id, revision)!.commit,
    fail: (rule) => {
      faults.add(rule);
    },
    mend: () => {
      faults.clear();
    },
    close: async () => {
      await Promise.all([hub, cdn].map(end));
    },
  };
}

interface Answering {
  readonly options: HubServerOptions;
  readonly models: HubModels;
  readonly fault: Fault | null;
  readonly url: string;
  readonly cdnUrl: string;
}

/** Answers for the hub itself: about a model, a list of files, or where a file is. */
function answer(request: IncomingMessage, response: ServerResponse, answering: Answering): void {
  const { options, models } = answering;
  const url = new URL(request.url ?? '/', answering.url);
  const path = decodeURIComponent(url.pathname);
  const api = /^\/api\/models\/(.+?)\/(revision|tree)\/(.+)$/.exec(path);
  const file = /^\/(.+?)\/resolve\/([^/]+|refs\/.+?)\/([^/]+)$/.exec(path);
  const id = (api ?? file)?.[1] ?? '';
  const refusal = refuse(options, id, request);
  const revision = models.find(id, (api ? api[3] : file?.[2]) ?? '');
  if (refusal) sendJson(response, refusal.status, { error: refusal.error }, refusal.headers);
  else if (!revision) sendMissing(response, models.has(id) ? 'RevisionNotFound' : 'RepoNotFound');
  else if (api?.[2] === 'revision') sendJson(response, 200, about(id, revision));
  else if (api) sendTree(response, revision, url, options.pageSize);
  else sendResolved(request, response, revision, file?.[3] ?? '', answering);
}

/** A small file itself, or where a large one is. */
function sendResolved(
  request: IncomingMessage,
  response: ServerResponse,
  { commit, files }: HubRevision,
  name: string,
  { fault, cdnUrl }: Answering,
): void {
  const file = files.find(({ path }) => path === name);
  const headers = { 'X-Repo-Commit': commit };
  if (!file) sendMissing(response, 'EntryNotFound');
  else if (!file.isLarge) sendFile(request, response, file, { etag: `"${file.etag}"`, headers, fault });
  else {
    response.writeHead(302, {
      ...headers,
      'X-Linked-Etag': `"${file.etag}"`,
      'X-Linked-Size': String(file.bytes),
      ETag: `"${file.oid}"`,
      Location: `${cdnUrl}/blob/${file.etag}?file=${encodeURIComponent(file.path)}&Signature=s`,
      'Content-Length': '0',
    });
    response.end();
  }
}

function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  models: HubModels,
  fault: Fault | null,
  bytesPerSecond: number | undefined,
): void {
  const file = models.byHash(/^\/blob\/([0-9a-f]{64})/.exec(request.url ?? '')?.[1] ?? '');
  if (!file) sendMissing(response, 'EntryNotFound');
  else sendFile(request, response, file, { etag: `"cdn-${file.etag.slice(0, 16)}"`, fault, bytesPerSecond });
}

async function addFault(request: IncomingMessage, response: ServerResponse, faults: Faults): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  faults.add(JSON.parse(Buffer.concat(chunks).toString('utf8')) as FaultRule);
  sendJson(response, 200, {});
}

interface Refused {
  readonly status: number;
  readonly error: string;
  readonly headers: Record<string, string>;
}

/** As the hub refuses: 401 without a token, 403 for a token that may not. */
function refuse(options: HubServerOptions, id: string, { headers }: IncomingMessage): Refused | null {
  const isGated = options.gated?.[id] !== undefined;
  const wanted = options.gated?.[id] ?? options.private?.[id];
  if (wanted === undefined || headers.authorization === `Bearer ${wanted}`) return null;
  if (isGated) {
    const status = headers.authorization === undefined ? 401 : 403;
    const error = `Access to model ${id} is restricted.`;
    return { status, error, headers: { 'X-Error-Code': 'GatedRepo' } };
  }
  return {
    status: 401,
    error: 'Invalid username or password.',
    headers: { 'X-Error-Code': 'RepoNotFound' },
  };
}

function about(id: string, { commit }: HubRevision): object {
  return {
    _id: '0',
    id,
    sha: commit,
    private: false,
    gated: false,
    downloads: 0,
    likes: 0,
    lastModified: '2024-01-01T00:00:00.000Z',
  };
}

function sendTree(response: ServerResponse, { files }: HubRevision, url: URL, pageSize = files.length): void {
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const page = files.slice(from, from + pageSize).map(({ path, bytes, oid, etag, isLarge }) => ({
    type: 'file',
    path,
    size: bytes,
    oid,
    ...(isLarge ? { lfs: { oid: etag, size: bytes, pointerSize: 130 } } : {}),
  }));
  const next = new URL(url.href);
  next.searchParams.set('cursor', String(from + pageSize));
  const link = from + pageSize < files.length ? { Link: `<${next.href}>; rel="next"` } : {};
  sendJson(response, 200, page, link);
}

/** True when a fault is an answer of its own. */
function answered(response: ServerResponse, fault: Fault | null): boolean {
  if (fault?.hangUp === true) response.destroy();
  else if (fault?.status !== undefined) {
    response.writeHead(fault.status, { 'Content-Type': 'text/plain', ...fault.headers });
    response.end(fault.body ?? 'as the test wants it');
  } else if (fault?.redirectTo !== undefined) {
    response.writeHead(302, { Location: fault.redirectTo, ...fault.headers });
    response.end();
  } else return false;
  return true;
}

function sendJson(response: ServerResponse, status: number, value: unknown, headers: object = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(value));
}

function sendMissing(response: ServerResponse, code: string): void {
  sendJson(response, 404, { error: `${code} here` }, { 'X-Error-Code': code });
}

function base(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
