/** Registering the protocol's requests, and turning every failure into an error that the client can show. */
import {
  type CancellationToken,
  type Connection,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import { ErrorCode, type ErrorData } from '../../../protocol/errors';
import type { RequestMethod } from '../../../protocol/method';
import { RequestError } from '../documents/requestError';
import { EngineError } from '../engine/supervisor';
import { Refusal } from '../experiments/lab/refusal';
import { FileFormatError } from '../formats/errors';
import { HubAccessError, HubError } from '../hub/hubError';

/** Answers a request of the protocol; whatever the handler throws becomes a response error. */
export function onRequest<P, R, Part>(
  connection: Connection,
  { method }: RequestMethod<P, R, Part>,
  handler: (params: P, token: CancellationToken) => Promise<R>,
): void {
  // A client that passes an undefined token sends it as a second parameter; the server's own always comes last.
  connection.onRequest(method, async (...args: unknown[]): Promise<R> => {
    try {
      return await handler(args[0] as P, args.at(-1) as CancellationToken);
    } catch (error) {
      throw responseError(error);
    }
  });
}

/** The error as it goes over the wire: the message says what and why, the data where and what to do. */
export function responseError(error: unknown): ResponseError<ErrorData> {
  if (error instanceof ResponseError) return error as ResponseError<ErrorData>;
  if (error instanceof RequestError) return new ResponseError(error.code, error.message, error.data);
  if (error instanceof FileFormatError) {
    const { file, reason, cure } = error;
    return new ResponseError(ErrorCode.requestFailed, `${file}: ${reason}`, { file, cure });
  }
  if (error instanceof HubError) {
    const { what, reason, cure } = error;
    const code = error instanceof HubAccessError ? ErrorCode.hubAccess : ErrorCode.requestFailed;
    return new ResponseError(code, `${what}: ${reason}`, { cure });
  }
  // What the user can mend is no failure of ours.
  if (error instanceof Refusal) return new ResponseError(ErrorCode.requestFailed, error.message, {});
  if (error instanceof EngineError) return engineResponse(error);
  if (error instanceof RangeError) return new ResponseError(ErrorCode.invalidParams, error.message, {});
  if (error instanceof Error && error.name === 'AbortError')
    return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled', {});
  const details = error instanceof Error ? error.stack : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return new ResponseError(ErrorCode.requestFailed, message, details === undefined ? {} : { details });
}

function engineResponse({ kind, message, file, cure, stack }: EngineError): ResponseError<ErrorData> {
  // Files say their cure in the message too, for the command line.
  const short = cure === undefined ? message : message.replace(`. ${cure}`, '');
  const data: ErrorData = {
    ...(file === undefined ? {} : { file }),
    ...(cure === undefined ? {} : { cure }),
    ...(kind === 'internal' && stack !== undefined ? { details: stack } : {}),
  };
  if (kind === 'cancelled') return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled', {});
  if (kind === 'crashed') {
    const advice = 'Try again; if it keeps ending, use shorter texts, fewer dictionaries or a smaller model.';
    return new ResponseError(ErrorCode.engineCrashed, message, { cure: advice });
  }
  return new ResponseError(ErrorCode.requestFailed, short, data);
}

/** Ends a computation when the client cancels the request. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(new RequestError(ErrorCode.requestCancelled, 'cancelled'));
  };
  if (token.isCancellationRequested) abort();
  else token.onCancellationRequested(abort);
  return controller.signal;
}
