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
import { onRequest } from './respond';
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
  onRequest(connection, loadModel, (params) =>
    withProgress(connection, params, `Loading ${params.path}`, () => after(session.loadModel(params.path))),
  );
  onRequest(connection, unloadModel, ({ id }) => after(session.unloadModel(id)));
  onRequest(connection, loadDictionary, (params) =>
    withProgress(connection, params, `Loading ${params.path}`, () =>
      after(session.loadDictionary(params.path)),
    ),
  );
  onRequest(connection, unloadDictionary, ({ id }) => after(session.unloadDictionary(id)));
  onRequest(connection, setProvider, ({ name }) => after(session.setProvider(name)));
}
