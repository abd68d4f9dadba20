/** What must not get into a log. Pure. */

const TOKEN = /("accessToken"\s*:\s*)"(?:[^"\\]|\\.)*"/g;

/** A text that may hold parameters of requests as JSON, with every access token in it left out. */
export function withoutTokens(text: string): string {
  return text.replace(TOKEN, '$1"…"');
}
