/** Where models come from and what they will cost: nothing is loaded here, nor downloaded but by the one request that says so. */
import { homedir } from 'node:os';
import {
  type CachedModel,
  describeHubModel,
  downloadHubModel,
  estimateModel,
  type HubParams,
  listCachedModels,
  type ModelEstimate,
} from '../../../protocol/models';
import { shapeOf } from '../documents/modelInfos';
import type { ModelSummary } from '../engine/messages';
import { passEstimate } from '../engine/passEstimate';
import { FileFormatError, MissingFileError } from '../formats/errors';
import { cachedSnapshots, type Snapshot } from '../formats/hubCache';
import { readModelFolder } from '../formats/modelFolder';
import type { HubRequest } from '../hub/client';
import { describeModel, downloadModel, type OnProgress } from '../hub/download';
import { Rate } from '../hub/rate';
import { checkFamily, readArchitecture } from '../models/registry';
import { modelPlace } from '../store/places';
import { hasTokenizer } from '../tokenizers/loadTokenizer';
import { withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import type { Services } from './services';

const MIB = 2 ** 20;

export function registerModelSources(services: Services): void {
  const { connection } = services;
  onRequest(connection, listCachedModels, async () => {
    const models: CachedModel[] = [];
    for (const snapshot of cachedSnapshots(process.env)) {
      models.push(cachedModel(snapshot));
      // Headers are read at once; others have their turn in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return models;
  });
  onRequest(connection, estimateModel, ({ path }, token) => estimate(services, path, signalOf(token)));
  onRequest(connection, describeHubModel, (params, token) =>
    describeModel(hubRequest(params, signalOf(token))),
  );
  onRequest(connection, downloadHubModel, (params, token) =>
    withProgress(connection, params, `Downloading ${params.id}`, async (report) => {
      const rate = new Rate();
      const onProgress: OnProgress = (done, of, message) => {
        report(done, of, `${message}: ${rate.text(done, of, performance.now())}`);
      };
      const options = { onProgress, checkConfig: checkFamily };
      const request = { ...hubRequest(params, signalOf(token)), commit: params.commit };
      return { path: await downloadModel(request, options) };
    }),
  );
}

/** The engine reads the headers: a file that harms its reader harms nobody else. */
async function estimate(
  { desk, settings, demoFolder, workspaceFolders }: Services,
  path: string,
  signal: AbortSignal,
): Promise<ModelEstimate> {
  const { name, location } = modelPlace(path, { demoFolder, baseFolder: workspaceFolders[0] ?? homedir() });
  const summary = await desk.ask('describe', { path: location }, { signal });
  const speed = await desk.ask('speed', null, { signal });
  const { memoryBudget } = (await settings.for()).engine;
  const { warnings, ...figures } = passEstimate(summary, speed, memoryBudget * MIB);
  const { weightBytes, dtypes } = summary;
  return {
    name,
    shape: shapeOf(summary),
    weightBytes,
    dtypes,
    ...figures,
    warnings: [...summary.warnings, ...warnings, ...withoutTokenizer(summary)],
  };
}

function withoutTokenizer({ folder, dimensions }: ModelSummary): string[] {
  if (hasTokenizer(folder, { vocabularySize: dimensions.vocabulary })) return [];
  return [
    'it has no tokenizer, so texts cannot be read with it: copy the tokenizer files of the model into its folder first ' +
      '(the command line takes exact token ids)',
  ];
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
    const missing = error instanceof MissingFileError ? { filesMissing: true } : {};
    return { ...snapshot, problem: reasonOf(error), ...missing };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof FileFormatError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}
