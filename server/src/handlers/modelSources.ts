/** Where models come from: the local Hugging Face cache and hubs. Nothing is downloaded but by the one request that says so. */
import {
  type CachedModel,
  describeHubModel,
  downloadHubModel,
  type HubParams,
  listCachedModels,
} from '../../../protocol/models';
import { FileFormatError } from '../formats/errors';
import { cachedSnapshots, type Snapshot } from '../formats/hubCache';
import { readModelFolder } from '../formats/modelFolder';
import type { HubRequest } from '../hub/client';
import { describeModel, downloadModel, type OnProgress } from '../hub/download';
import { Rate } from '../hub/rate';
import { readArchitecture } from '../models/registry';
import { withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import type { Services } from './services';

export function registerModelSources({ connection }: Services): void {
  onRequest(connection, listCachedModels, async () => {
    const models: CachedModel[] = [];
    for (const snapshot of cachedSnapshots(process.env)) {
      models.push(cachedModel(snapshot));
      // Headers are read at once; others have their turn in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return models;
  });
  onRequest(connection, describeHubModel, (params, token) =>
    describeModel(hubRequest(params, signalOf(token))),
  );
  onRequest(connection, downloadHubModel, (params, token) =>
    withProgress(connection, params, `Downloading ${params.id}`, async (report) => {
      const rate = new Rate();
      const onProgress: OnProgress = (done, of, message) => {
        report(done, of, `${message}: ${rate.text(done, of, performance.now())}`);
      };
      return { path: await downloadModel(hubRequest(params, signalOf(token)), { onProgress }) };
    }),
  );
}

function hubRequest({ id, accessToken, endpoint }: HubParams, signal: AbortSignal): HubRequest {
  return { name: id, accessToken, endpoint, env: process.env, signal };
}

/** What is there, and whether it can be loaded: its headers say so. */
function cachedModel(snapshot: Snapshot): CachedModel {
  try {
    const { config, configPath, weights } = readModelFolder(snapshot.path);
    const shapes = new Map([...weights.tensors].map(([name, { info }]) => [name, info]));
    return { ...snapshot, family: readArchitecture(config, shapes, configPath).family };
  } catch (error) {
    return { ...snapshot, problem: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof FileFormatError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}
