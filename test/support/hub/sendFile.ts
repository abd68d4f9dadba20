/** Sends a file or a part of it, as well or as badly as a test wants. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults';
import type { HubFile } from './models';

export interface SendOptions {
  readonly etag: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fault: Fault | null;
  readonly bytesPerSecond?: number | undefined;
}

const CHUNK = 1 << 16;

export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: HubFile,
  { etag, headers = {}, fault, bytesPerSecond }: SendOptions,
): void {
  const size = file.bytes - (fault?.shortBy ?? 0);
  const ifRange = request.headers['if-range'];
  const isWanted = fault?.ignoreRange !== true && (ifRange === undefined || ifRange === etag);
  const range = isWanted ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
  const asked = range ? Number(range[1]) : 0;
  const last = range?.[2] !== undefined && range[2] !== '' ? Math.min(Number(range[2]), size - 1) : size - 1;
  const common = {
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    ...headers,
  };
  if (range && asked >= size) {
    response.writeHead(416, { ...common, 'Content-Range': `bytes */${size}` });
    response.end();
    return;
  }
  const first = asked + (fault?.shiftRange ?? 0);
  const length = last - first + 1 + (fault?.extraBytes ?? 0);
  response.writeHead(range ? 206 : 200, {
    ...common,
    'Content-Length': String(length),
    ...(range ? { 'Content-Range': `bytes ${first}-${last}/${size}` } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  void sendBytes(response, file, first, length, fault ?? {}, bytesPerSecond);
}

async function sendBytes(
  response: ServerResponse,
  { location }: HubFile,
  first: number,
  length: number,
  { stallAfter, cutAfter, corruptAt }: Fault,
  bytesPerSecond: number | undefined,
): Promise<void> {
  const descriptor = openSync(location, 'r');
  const end = Math.min(length, stallAfter ?? length, cutAfter ?? length);
  const chunk = bytesPerSecond === undefined ? CHUNK : Math.max(1, Math.ceil(bytesPerSecond / 20));
  try {
    for (let sent = 0; sent < end && !response.destroyed;) {
      // Past the end of the file there are zeros.
      const bytes = Buffer.alloc(Math.min(chunk, end - sent));
      readSync(descriptor, bytes, 0, bytes.length, first + sent);
      const wrong = corruptAt === undefined ? -1 : corruptAt - first - sent;
      if (wrong >= 0 && wrong < bytes.length) bytes[wrong] = bytes[wrong]! ^ 0xff;
      sent += bytes.length;
      if (!response.write(bytes)) await drained(response);
      if (bytesPerSecond !== undefined) await delay(50);
    }
  } finally {
    closeSync(descriptor);
  }
  if (stallAfter !== undefined) return;
  if (cutAfter !== undefined && cutAfter < length) await cut(response);
  else response.end();
}

/** What was sent arrives before the connection ends. */
async function cut(response: ServerResponse): Promise<void> {
  await delay(20);
  response.destroy();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
