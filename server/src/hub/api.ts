/** What the library sends to a hub's interface goes through here: no other host, no endless answer, no token where it does not belong. */
import { askHub, explain, type HubAnswer } from './ask';
import type { HubClient } from './client';
import { HubError } from './hubError';
import { withRetries } from './retry';

/** A list of ten thousand files is about 3 MB; an index of tensors may be some tens. */
const LARGEST_ANSWER = 64_000_000;
/** Somebody is waiting for the answer; a download has more patience. */
const MOST_ATTEMPTS = 3;

/** Of one list, a thousand files each. */
const MOST_PAGES = 100;

/** The `fetch` of one client. It answers with status 200 or throws as `askHub`, after several tries, and when all answers are too long. */
export function apiFetch(client: HubClient): typeof fetch {
  let answers = 0;
  let length = 0;
  return async (input) => {
    // The library follows a list from page to page, however empty they are.
    if (++answers > MOST_PAGES)
      throw new HubError(
        client.id,
        `the hub's list of files does not end after ${MOST_PAGES} pages`,
        'Check HF_ENDPOINT',
      );
    const address = input instanceof Request ? input.url : String(input);
    const { headers, body } = await readAnswer(client, address);
    length += body.length;
    if (length > LARGEST_ANSWER) throw tooMuch(client);
    const link = headers.get('link');
    return new Response(body, {
      headers: { 'content-type': 'application/json', ...(link === null ? {} : { link }) },
    });
  };
}

/**
 * Reads an answer of the hub into memory.
 * @throws HubError when it is longer than 64 MB, and as `askHub`
 */
export async function readAnswer(
  client: HubClient,
  address: string,
): Promise<{ readonly headers: Headers; readonly body: Uint8Array<ArrayBuffer> }> {
  if (!address.startsWith(`${client.endpoint}/`)) {
    throw new HubError(client.id, `${client.endpoint} sends us to another hub`, 'Check HF_ENDPOINT');
  }
  const patience = { ...client.patience, attempts: Math.min(MOST_ATTEMPTS, client.patience.attempts) };
  return withRetries(patience, client.signal, async () => {
    const answer = await askHub(client, address, {});
    return { headers: answer.response.headers, body: await readBody(client, answer) };
  });
}

async function readBody(client: HubClient, { response, watch }: HubAnswer): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      watch.touch();
      length += chunk.length;
      chunks.push(chunk);
      if (length > LARGEST_ANSWER) throw tooMuch(client);
    }
    return new Uint8Array(Buffer.concat(chunks));
  } catch (error) {
    throw explain(client, error, watch);
  } finally {
    watch.end();
  }
}

function tooMuch({ id }: HubClient): HubError {
  return new HubError(id, 'the hub answers with more than 64 MB', 'Check HF_ENDPOINT');
}
