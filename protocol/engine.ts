/** The engine's health and the two ways to stop it. */
import { notification, request } from './method';

/** Drives the one language status item. Sent when any field changes and once after start. */
export interface StatusParams {
  readonly health: 'ok' | 'warning' | 'error';
  /** True when nothing is being loaded or computed. */
  readonly quiescent: boolean;
  /** What is wrong and what to do, or what is under way; empty when there is nothing to say. */
  readonly message: string;
  /** Name of the loaded model, or null. */
  readonly model: string | null;
  /** What makes two loads the same model, as the provenance of results says it; null without a model. */
  readonly modelIdentity: string | null;
  /** Element types of its weights on disk, e.g. `BF16`. */
  readonly dtypes: readonly string[];
  /** The processing of its weights that its hook points show. */
  readonly processing: readonly string[];
  /** How many dictionaries are loaded. */
  readonly dictionaries: number;
  /** Active provider, or null when the engine is not running. */
  readonly provider: string | null;
  /** Memory of the engine process in bytes, or null when it is not running. */
  readonly memoryBytes: number | null;
}

/** Server to client. */
export const status = notification<StatusParams>('featurescope/status');

/** Client to server: ends the engine, starts a new one and loads again what was loaded. Answered when it is ready. */
export const restartEngine = request<null, null>('featurescope/restartEngine');

/** Client to server: kills the engine process at once, as a crash would, so that recovery can be seen. For tests. */
export const killEngine = request<null, null>('featurescope/killEngine');
