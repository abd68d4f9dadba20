/** What an engine's end interrupts is done again: finished parts were kept. */
import { EngineError } from '../../engine/supervisor';

/** How often in a row the engine may end without anything new before that is taken for the job's own fault. */
const MOST_CRASHES = 2;

/**
 * @param job does what is left to do
 * @param done how much is done: a crash after more of it does not count as in vain
 * @throws what the job throws, crashes only once they were in vain
 */
export async function resumed<T>(job: () => Promise<T>, done: () => number, signal: AbortSignal): Promise<T> {
  let vain = 0;
  for (;;) {
    const before = done();
    try {
      return await job();
    } catch (error) {
      if (signal.aborted || !(error instanceof EngineError) || error.kind !== 'crashed') throw error;
      vain = done() === before ? vain + 1 : 0;
      if (vain > MOST_CRASHES) throw error;
    }
  }
}
