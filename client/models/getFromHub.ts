/** A model from the hub: asked about, agreed to, downloaded, and then loaded like any other. */
import * as vscode from 'vscode';
import { describeHubModel, downloadHubModel } from '../../protocol/models';
import type { HubModel } from '../../protocol/models';
import { plainLine } from '../../protocol/wording';
import { toFailure } from '../failure';
import { steps } from '../notifications';
import type { Services } from '../services';
import { hubEndpointSetting } from '../settings';
import { hostOf, hubEndpoint } from './hubEndpoint';
import { hubIdOf, refuseHubId } from './hubId';
import { downloadLines, downloadQuestion } from './hubText';
import { loadChosen } from './loadModel';

const RESUME = 'Resume';
const DOWNLOAD_MISSING = 'Download the Missing Files';

/** What the user has agreed to. */
interface Agreed {
  readonly endpoint: string;
  readonly id: string;
  readonly commit: string;
}

/** Asks for the id of a model unless it is given, and whether to download what is missing of it; then loads it. */
export async function getFromHub(services: Services, known?: string): Promise<void> {
  const endpoint = endpointNow();
  const id = known ?? (await askForId(hostOf(endpoint)));
  if (id === undefined) return;
  const model = await describe(services, endpoint, id);
  if (model.missingBytes > 0 && !(await agreed(model, hostOf(endpoint)))) return;
  await downloadAndLoad(services, { endpoint, id, commit: model.revision });
}

/** Says why a model of the cache cannot be loaded, and offers to download what is missing of it. */
export async function offerMissing(services: Services, id: string, problem: string): Promise<void> {
  const { notifications } = services;
  const chosen = await notifications.offer(`${id} cannot be loaded: ${problem}`, DOWNLOAD_MISSING);
  if (chosen !== DOWNLOAD_MISSING) return;
  try {
    await getFromHub(services, id);
  } catch (error) {
    notifications.failed(error);
  }
}

/** Forgets the access token for the hub that is set now. */
export async function forgetHubToken({ accessTokens, notifications }: Services): Promise<void> {
  const endpoint = endpointNow();
  const wasKnown = await accessTokens.forget(endpoint);
  const host = hostOf(endpoint);
  notifications.inform(
    wasKnown ? `The access token for ${host} is forgotten.` : `There is no access token for ${host}.`,
  );
}

function endpointNow(): string {
  return hubEndpoint(hubEndpointSetting(), process.env['HF_ENDPOINT']);
}

async function askForId(host: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: `Get a Model from ${plainLine(host)}`,
    prompt:
      'Id of the model, with @ and a branch, tag or commit if it is not the main one. Nothing is downloaded before you agree.',
    placeHolder: 'organisation/name',
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' ? undefined : refuseHubId(text)),
  });
  return typed === undefined || typed.trim() === '' ? undefined : hubIdOf(typed);
}

function describe(services: Services, endpoint: string, id: string): Promise<HubModel> {
  const { session, notifications, accessTokens } = services;
  return accessTokens.using(endpoint, (token) =>
    notifications.during(`Asking ${hostOf(endpoint)} about ${id}`, (_, cancel) =>
      session.call(describeHubModel, params(endpoint, id, token), { token: cancel }),
    ),
  );
}

async function agreed(model: HubModel, host: string): Promise<boolean> {
  const chosen = await vscode.window.showInformationMessage(
    plainLine(downloadQuestion(model, host)),
    {
      modal: true,
      detail: downloadLines(model)
        .map((line) => plainLine(line))
        .join('\n'),
    },
    'Download',
  );
  return chosen === 'Download';
}

async function downloadAndLoad(services: Services, agreed: Agreed): Promise<void> {
  let path: string;
  try {
    path = await download(services, agreed);
  } catch (error) {
    void offerResume(services, agreed, error);
    return;
  }
  await loadChosen(services, path, agreed.id);
}

async function download(services: Services, { endpoint, id, commit }: Agreed): Promise<string> {
  const { session, notifications, accessTokens } = services;
  const { path } = await accessTokens.using(endpoint, (token) =>
    notifications.during(`Downloading ${id}`, (report, cancel) =>
      session.call(
        downloadHubModel,
        { ...params(endpoint, id, token), commit },
        { token: cancel, onProgress: steps(report) },
      ),
    ),
  );
  return path;
}

/** What has come is kept: whether now or another time, the download goes on where it ended. */
async function offerResume(services: Services, agreed: Agreed, error: unknown): Promise<void> {
  const { notifications } = services;
  const { id } = agreed;
  const isCancelled = error instanceof vscode.CancellationError || toFailure(error).cancelled;
  const chosen = isCancelled
    ? await notifications.offer(`The download of ${id} was stopped. What has come of it is kept.`, RESUME)
    : await notifications.offerAfter(error, RESUME);
  if (chosen !== RESUME) return;
  try {
    await downloadAndLoad(services, agreed);
  } catch (failed) {
    notifications.failed(failed);
  }
}

function params(endpoint: string, id: string, accessToken: string | undefined) {
  return { id, endpoint, ...(accessToken === undefined ? {} : { accessToken }) };
}
