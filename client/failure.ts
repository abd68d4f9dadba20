/** A call to the server that failed, in the form every part of the client handles. Pure. */
import { ErrorCode, readErrorData } from '../protocol/errors';
import type { ErrorData } from '../protocol/errors';

/** What went wrong, with the server's code and its advice. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    message: string,
    readonly code: number,
    readonly data: ErrorData,
  ) {
    super(message);
  }

  /** The document changed meanwhile: ask again, nothing to show. */
  get superseded(): boolean {
    return this.code === ErrorCode.contentModified;
  }

  /** There is no model: what was shown is of one that is gone. */
  get withoutModel(): boolean {
    return this.code === ErrorCode.modelNotLoaded;
  }

  /** The caller cancelled: nothing to show. */
  get cancelled(): boolean {
    return this.code === ErrorCode.requestCancelled;
  }
}

/** Makes a `Failure` of whatever a call was rejected with; JSON-RPC's own errors carry `code` and `data`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof Error)) return new Failure(String(error), ErrorCode.requestFailed, {});
  const { code, data } = error as Error & { code?: unknown; data?: unknown };
  const known = readErrorData(data);
  const details = known.details ?? error.stack;
  return new Failure(
    error.message,
    typeof code === 'number' ? code : ErrorCode.requestFailed,
    details === undefined ? known : { ...known, details },
  );
}

/** For the user: what failed, where if the message does not say it, and the cure. */
export function explain({ message, data }: Failure): string {
  const where = data.file !== undefined && !message.includes(data.file) ? ` (${data.file})` : '';
  const what = `${message.replace(/\.\s*$/, '')}${where}.`;
  return data.cure === undefined ? what : `${what} ${data.cure.replace(/\.?\s*$/, '.')}`;
}
