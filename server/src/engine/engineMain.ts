/** The engine process: works off requests one at a time and looks for cancellations between chunks. */
import { constants, setPriority } from 'node:os';
import { EngineService } from './engineService';
import { failureOf } from './failures';
import type { EngineMethod, FromEngine, ToEngine } from './messages';

// It takes all cores it can get; whoever shows its results must not wait for one.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const service = new EngineService();
const cancelled = new Set<number>();
const known = new Set<number>();
let queue: Promise<void> = Promise.resolve();

function post(message: FromEngine): void {
  process.send?.(message);
}

async function answer(id: number, method: EngineMethod, params: unknown): Promise<void> {
  const context = {
    isCancelled: () => cancelled.has(id),
    partial: (value: unknown) => {
      post({ type: 'partial', id, value });
    },
  };
  try {
    // A cancellation that is already in the pipe must be read before the work starts.
    await new Promise((resolve) => setImmediate(resolve));
    post({ type: 'result', id, value: await service.handle(method, params, context) });
  } catch (error) {
    post({ type: 'failure', id, failure: failureOf(error) });
  } finally {
    known.delete(id);
    cancelled.delete(id);
  }
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'cancel') {
    if (known.has(message.id)) cancelled.add(message.id);
    return;
  }
  known.add(message.id);
  queue = queue.then(() => answer(message.id, message.method, message.params));
});
process.on('disconnect', () => {
  process.exit(0);
});
post({ type: 'ready' });
