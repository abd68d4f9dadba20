/** Whom to ask for a model, and as whom. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hubCacheFolder, hubHome } from '../formats/hubCache';
import { readHubName } from '../formats/hubName';
import { HubError } from './hubError';

/** How long to wait for a hub, and how often to try. */
export interface Patience {
  /** A connection over which nothing comes for so long is given up, in milliseconds. */
  readonly stallMs: number;
  /** Tries in a row of which none brings anything. */
  readonly attempts: number;
  /** Wait before the second try, doubled for each further one, in milliseconds. */
  readonly firstWaitMs: number;
  /** Longest wait before a try, in milliseconds. A hub that wants to be left alone for longer is not asked again. */
  readonly longestWaitMs: number;
}

const PATIENCE: Patience = { stallMs: 30_000, attempts: 5, firstWaitMs: 1000, longestWaitMs: 60_000 };

export interface HubRequest {
  /** `org/name` or `name`, optionally `@revision` behind it. */
  readonly name: string;
  /** The commit to take, whatever the revision means by now: the one that was agreed to. */
  readonly commit?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly accessToken?: string | undefined;
  /** Address of the hub; without it that of `HF_ENDPOINT`, or the public hub. */
  readonly endpoint?: string | undefined;
  readonly patience?: Patience | undefined;
}

/** A model at a hub. */
export interface HubClient {
  readonly id: string;
  readonly revision: string;
  /** The commit that is wanted, or null for the one that the revision means. */
  readonly commit: string | null;
  /** Address without a slash at its end. */
  readonly endpoint: string;
  /** Sent to this address's origin and to nobody else. */
  readonly token: string | null;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

const PUBLIC_HUB = 'https://huggingface.co';
const LARGEST_TOKEN_FILE = 10_000;

/** @throws HubError when the name, the address or the token cannot be one, or the environment forbids to ask */
export function hubClient(request: HubRequest): HubClient {
  const { name, env, signal, patience = PATIENCE } = request;
  const wanted = readHubName(name);
  if (!wanted)
    throw new HubError(
      name,
      'this is not the name of a model on a hub',
      'Write org/name or org/name@revision',
    );
  if (isSet(env['HF_HUB_OFFLINE']) || isSet(env['TRANSFORMERS_OFFLINE'])) {
    const reason = 'the environment forbids to ask the hub (HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE)';
    throw new HubError(wanted.id, reason, 'Unset the variable, or choose a model that is in the cache');
  }
  const endpoint = checkEndpoint(request.endpoint ?? env['HF_ENDPOINT'] ?? '');
  const given = request.accessToken ?? (request.endpoint === undefined ? env['HF_TOKEN'] : undefined);
  return {
    ...wanted,
    commit: request.commit ?? null,
    endpoint,
    token: checkToken(endpoint, given),
    cacheFolder: hubCacheFolder(env),
    signal,
    patience,
  };
}

/** The token of the user of a terminal: `HF_TOKEN`, else the one that `hf auth login` left behind. */
export function userToken(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['HF_TOKEN']?.trim() ?? '';
  if (named !== '') return named;
  if (isSet(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'])) return undefined;
  try {
    const text = readFileSync(env['HF_TOKEN_PATH'] ?? join(hubHome(env), 'token'), 'utf8');
    return text.length > LARGEST_TOKEN_FILE || text.trim() === '' ? undefined : text.trim();
  } catch {
    return undefined;
  }
}

/** As huggingface_hub reads its switches. */
function isSet(value: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(value ?? '');
}

function checkEndpoint(given: string): string {
  const text = given.trim() === '' ? PUBLIC_HUB : given.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '') {
    return url.href.replace(/\/+$/, '');
  }
  throw new HubError(
    // A password in it is for nobody's eyes.
    text.replace(/\/\/[^/]*@/, '//'),
    'this is not the address of a hub',
    'Write an address such as https://huggingface.co',
  );
}

function checkToken(endpoint: string, given: string | undefined): string | null {
  const token = given?.trim() ?? '';
  if (token === '') return null;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new HubError(endpoint, 'the access token has characters that no token has', 'Copy the token again');
}
