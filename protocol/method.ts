/**
 * How a method is declared: one constant per message that carries its name and, for the compiler only, the types
 * of what travels. Names are `featurescope/<verbNoun>`. Everything that travels is plain JSON: no typed arrays, no
 * classes, no `undefined` inside arrays, no NaN or infinities.
 */

/** A call that is answered. `Part` is the type of one partial result, `never` when the method has none. */
export interface RequestMethod<Params, Result, Part = never> {
  readonly method: string;
  readonly kind: 'request';
  /** Never present at run time; ties the three types to the constant. */
  readonly types?: { params: Params; result: Result; part: Part };
}

/** A message without an answer. */
export interface NotificationMethod<Params> {
  readonly method: string;
  readonly kind: 'notification';
  /** Never present at run time; ties the type to the constant. */
  readonly types?: { params: Params };
}

/** Declares a request. */
export function request<Params, Result, Part = never>(method: string): RequestMethod<Params, Result, Part> {
  return { method, kind: 'request' };
}

/** Declares a notification. */
export function notification<Params>(method: string): NotificationMethod<Params> {
  return { method, kind: 'notification' };
}

/** Parameters of a request whose progress can be shown: LSP's own work-done progress. */
export interface WorkDone {
  readonly workDoneToken?: string | number;
}

/** Parameters of a request that may answer in parts: LSP's own partial results, sent with `$/progress`. */
export interface PartialResults {
  readonly partialResultToken?: string | number;
}

/** A document at one version. Results echo it, and the receiver drops a result whose version is no longer current. */
export interface VersionedDocument {
  readonly uri: string;
  readonly version: number;
}

/** Zero-based line and UTF-16 character, as in LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open range of positions, as in LSP. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Half-open span of UTF-16 offsets from the start of a document. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
