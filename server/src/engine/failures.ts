/** Errors as they cross the process boundary. */
import { FileFormatError } from '../formats/errors';
import { UnknownHookError } from '../graph/rewrite';
import { ShapeError } from '../graph/shapes';
import { RunError } from './feeds';
import type { EngineFailure } from './messages';

/** Thrown where a request notices that it was cancelled. */
export class Cancelled extends Error {}

export function failureOf(error: unknown): EngineFailure {
  if (error instanceof Cancelled) return { kind: 'cancelled', message: 'cancelled' };
  if (error instanceof FileFormatError) {
    const { message, file, cure } = error;
    return { kind: 'input', message, file, cure };
  }
  const message = error instanceof Error ? error.message : String(error);
  const ofTheUser = [RunError, ShapeError, UnknownHookError].some((kind) => error instanceof kind);
  return { kind: ofTheUser ? 'input' : 'internal', message };
}
