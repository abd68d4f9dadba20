/** What may come of reading a damaged file, and what may not. */
import { FileFormatError } from '../../server/src/formats/errors';
import { HubError } from '../../server/src/hub/hubError';

/** Longer messages help nobody, and hold what a stranger wrote. */
const LONGEST_MESSAGE = 2000;

/** Whatever was thrown: null for a clear refusal, otherwise what is wrong with it. @param folder where all files lie */
export function wrongWithError(error: unknown, folder: string): string | null {
  if (deniedAccess(error))
    return `it reached for what it was not given: ${chainOf(error).map(String).join(' <- ')}`;
  if (error instanceof HubError) return wrongWithMessage(error.message);
  if (!(error instanceof FileFormatError)) return 'it failed otherwise than with a FileFormatError';
  const { file, message } = error;
  if (!file.includes(folder)) return `the error names no file of ours but "${file}"`;
  if (!message.includes(folder)) return 'the message does not name the file';
  return wrongWithMessage(message);
}

function wrongWithMessage(message: string): string | null {
  if (message.length > LONGEST_MESSAGE) return `the message has ${message.length} characters`;
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(message))
    return 'the message holds line breaks or control characters';
  return null;
}

/** Node's permission model and its ban on code from strings say so with these. */
function deniedAccess(error: unknown): boolean {
  return chainOf(error).some(
    (each) =>
      each instanceof Error &&
      (('code' in each && each.code === 'ERR_ACCESS_DENIED') ||
        /code generation from strings/i.test(each.message)),
  );
}

function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each !== undefined && chain.length < 10;) {
    chain.push(each);
    each = each instanceof Error ? each.cause : undefined;
  }
  return chain;
}

const PROTOTYPES: readonly object[] = [Object.prototype, Array.prototype, Map.prototype, Function.prototype];
const ownKeys = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);

/** Whether what all objects inherit has changed. */
export function isPolluted(): boolean {
  return PROTOTYPES.some((prototype, i) => Reflect.ownKeys(prototype).length !== ownKeys[i]);
}
