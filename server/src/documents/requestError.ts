import type { ErrorCode, ErrorData } from '../../../protocol/errors';

/** A request that cannot be answered, as the client is told: what and why in the message, where and the cure in the data. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly code: (typeof ErrorCode)[keyof typeof ErrorCode],
    message: string,
    readonly data: ErrorData = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
