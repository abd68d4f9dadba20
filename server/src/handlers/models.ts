/** Models, dictionaries and providers: what there is, loading and unloading. */
import {
  listModels,
  loadDictionary,
  loadModel,
  type ModelsState,
  setProvider,
  unloadDictionary,
  unloadModel,
} from '../../../protocol/models';
import { withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import type { Services } from './services';

export function registerModels({ connection, session, status }: Services): void {
  const after = async (change: Promise<void>): Promise<ModelsState> => {
    try {
      await change;
    } finally {
      status.notice();
    }
    return session.state();
  };
  onRequest(connection, listModels, () => Promise.resolve(session.state()));
  onRequest(connection, loadModel, (params, token) =>
    withProgress(connection, params, `Loading ${params.path}`, () =>
      after(session.loadModel(params.path, signalOf(token))),
    ),
  );
  onRequest(connection, unloadModel, ({ id }) => after(session.unloadModel(id)));
  onRequest(connection, loadDictionary, (params, token) =>
    withProgress(connection, params, `Loading ${params.path}`, () =>
      after(session.loadDictionary(params.path, signalOf(token))),
    ),
  );
  onRequest(connection, unloadDictionary, ({ id }) => after(session.unloadDictionary(id)));
  onRequest(connection, setProvider, ({ name }) => after(session.setProvider(name)));
}
