/** Ending the engine: to start it afresh, or as a crash would. */
import { killEngine, restartEngine } from '../../../protocol/engine';
import { onRequest } from './respond';
import { sendRefresh, type Services } from './services';

export function registerEngine({ connection, desk, session }: Services): void {
  onRequest(connection, restartEngine, async () => {
    await desk.restart();
    session.retry();
    sendRefresh(connection, 'engine');
    return null;
  });
  onRequest(connection, killEngine, async () => {
    await desk.kill();
    return null;
  });
}
