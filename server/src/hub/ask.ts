/** One request to a hub: redirects, the access token, and what its answers mean. */
import type { HubClient } from './client';
import { HubAccessError, HubError, PassingHubError } from './hubError';
import { Watch } from './retry';

export interface HubAnswer {
  readonly response: Response;
  /** Hash of the file that the hub itself named before it sent us on, or null. */
  readonly linkedHash: string | null;
  /** Touched as the body comes; ended by the reader. */
  readonly watch: Watch;
}

const MOST_REDIRECTS = 8;

/**
 * Asks for an address below the hub's and follows where it leads. The token goes to the hub's own origin only.
 * @returns an answer with status 200, 206 or 416
 * @throws HubError for every other status; PassingHubError when it is worth another try; the client's signal's reason
 */
export async function askHub(
  client: HubClient,
  address: string,
  headers: Readonly<Record<string, string>>,
): Promise<HubAnswer> {
  const watch = new Watch(client.patience.stallMs, client.signal);
  try {
    return await follow(client, address, headers, watch);
  } catch (error) {
    watch.end();
    throw explain(client, error, watch);
  }
}

async function follow(
  client: HubClient,
  address: string,
  headers: Readonly<Record<string, string>>,
  watch: Watch,
): Promise<HubAnswer> {
  const { origin } = new URL(client.endpoint);
  let linkedHash: string | null = null;
  let here = new URL(address);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const isOwn = here.origin === origin;
    const response = await fetch(here, {
      headers: {
        'accept-encoding': 'identity',
        ...headers,
        ...(isOwn && client.token !== null ? { authorization: `Bearer ${client.token}` } : {}),
      },
      redirect: 'manual',
      signal: watch.signal,
    });
    watch.touch();
    if (isOwn) linkedHash ??= bareEtag(response.headers.get('x-linked-etag'));
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (![200, 206, 416].includes(response.status)) throw await refusal(client, response, isOwn);
      return { response, linkedHash, watch };
    }
    await response.body?.cancel();
    here = nextAddress(client, here, location);
  }
  throw new HubError(client.id, `${origin} sends us round in circles`, 'Try again later');
}

/** An encrypted connection never leads to an open one. */
function nextAddress({ id }: HubClient, here: URL, location: string): URL {
  const next = URL.canParse(location, here.href) ? new URL(location, here) : null;
  const isAllowed = next?.protocol === 'https:' || (next?.protocol === 'http:' && here.protocol === 'http:');
  if (next && isAllowed && next.username === '') return next;
  throw new HubError(id, `${here.host} sends us to an address that is not safe`, 'Check HF_ENDPOINT');
}

/** The value of an ETag header without its quotes. */
export function bareEtag(header: string | null): string | null {
  return header === null ? null : header.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}

/** What failed before there was an answer, or while it came. @throws the client's signal's reason */
export function explain(client: HubClient, error: unknown, watch: Watch): unknown {
  client.signal.throwIfAborted();
  if (error instanceof HubError) return error;
  const host = new URL(client.endpoint).host;
  if (watch.hasStalled) {
    const seconds = Math.round(client.patience.stallMs / 1000);
    return new PassingHubError(client.id, `nothing came from ${host} for ${seconds} seconds`, TRY_LATER);
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
  const cure = 'Check the connection; HF_ENDPOINT names another hub. What was downloaded is kept';
  return new PassingHubError(client.id, `the connection to ${host} failed (${code})`, cure, null, {
    cause: error,
  });
}

const TRY_LATER = 'Try again later; what was downloaded is kept';

/** The error that an answer means. */
async function refusal(client: HubClient, response: Response, isOwn: boolean): Promise<HubError> {
  const { status, headers } = response;
  await response.body?.cancel();
  const { id, endpoint } = client;
  const { host } = new URL(response.url);
  if (status === 429) return new PassingHubError(id, tooMany(host, headers), TRY_LATER, retryAfter(headers));
  // An address elsewhere is valid for a while only: the next try gets a new one from the hub.
  if (status === 408 || status >= 500 || !isOwn) {
    return new PassingHubError(id, `${host} answers ${status}`, TRY_LATER, retryAfter(headers));
  }
  const code = headers.get('x-error-code');
  if (status === 401 || status === 403) return accessRefused(client, code, status);
  if (status !== 404) return new HubError(id, `${host} answers ${status}`, 'Check the name and HF_ENDPOINT');
  if (code === 'RevisionNotFound') {
    return new HubError(
      id,
      `it has no revision ${client.commit ?? client.revision}`,
      `Look for its branches and tags at ${endpoint}/${id}`,
    );
  }
  if (code === 'EntryNotFound')
    return new HubError(id, 'a file that the hub lists is not there', 'Try again later');
  return new HubError(id, `${host} has no such model`, 'Check the spelling; upper and lower case differ');
}

function accessRefused({ id, endpoint, token }: HubClient, code: string | null, status: number): HubError {
  if (code === 'GatedRepo') {
    const cure = `Accept them at ${endpoint}/${id}, then give an access token of the same account`;
    return new HubAccessError(id, 'its owner wants consent to conditions', cure);
  }
  if (token === null) {
    const cure = 'Check the spelling; a private model needs an access token';
    return new HubAccessError(id, 'there is no such model, or it is private', cure);
  }
  if (status === 401) return new HubAccessError(id, 'the access token is not valid', 'Make a new one');
  return new HubAccessError(id, 'the access token does not permit to read it', 'Give one that does');
}

function tooMany(host: string, headers: Headers): string {
  const wait = retryAfter(headers);
  const until = wait === null ? '' : ` for ${Math.ceil(wait / 1000)} seconds`;
  return `${host} wants no more requests${until}`;
}

/** Milliseconds; the header holds seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after') ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
