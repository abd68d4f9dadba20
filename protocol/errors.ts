/** Failures that cross a process boundary: what, where, why and the cure, with a code to act on. */

/** Standard JSON-RPC and LSP codes we use, and our own. */
export const ErrorCode = {
  /** JSON-RPC: parameters of the wrong shape. */
  invalidParams: -32602,
  /** LSP: the document changed while the request ran; ask again for the new version. */
  contentModified: -32801,
  /** LSP: cancelled by the caller. Not an error to show. */
  requestCancelled: -32800,
  /** LSP: valid, but could not be done. The default for everything the user should read. */
  requestFailed: -32803,
  /** The engine ended in mid-run (out of memory, driver, kill). It is being restarted; the request may be repeated. */
  engineCrashed: 1,
  /** There is no model; `featurescope/loadModel` first. */
  modelNotLoaded: 2,
  /** The feature's dictionary is not loaded. */
  dictionaryNotLoaded: 3,
  /** A file was written by somebody else since it was read; saving would lose that. */
  changedOnDisk: 4,
  /** The server holds no graph of this id: it was started again since. The client opens it anew. */
  graphNotOpen: 5,
  /** The hub answered 401 or 403: an access token, another one, or the consent to the model's conditions is missing. */
  hubAccess: 6,
} as const;

/** Goes into `data` of a response error; the message says what failed and why. */
export interface ErrorData {
  /** File the error is about. */
  readonly file?: string;
  /** What the user can do about it. */
  readonly cure?: string;
  /** Stack or native message, for the log and "Copy Details". */
  readonly details?: string;
}

/** Reads `ErrorData` out of an unknown value; what is missing or of the wrong type is left out. */
export function readErrorData(value: unknown): ErrorData {
  if (typeof value !== 'object' || value === null) return {};
  const { file, cure, details } = value as Record<string, unknown>;
  return {
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof cure === 'string' ? { cure } : {}),
    ...(typeof details === 'string' ? { details } : {}),
  };
}
