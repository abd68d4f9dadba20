/** The commands about graphs: building one, opening a file as one, and moving one between editor and side bar. */
import * as vscode from 'vscode';
import { estimateGraph, LIKELY_TARGET } from '../../protocol/graphs';
import type { GraphEstimate, GraphRequest } from '../../protocol/graphs';
import type { Services } from '../services';
import { graphSettings } from '../settings';
import { isCostly } from './estimateText';
import type { GraphDocument } from './graphDocument';
import { promptAt } from './prompts';
import { askAboutCost } from './questions';
import { chooseTarget } from './targets';

/** Work that is not done by then is shown, in ms. */
const NOTICEABLE = 300;

/** Explains the likeliest tokens. @param argument a place; else the cursor is meant */
export async function whyNextToken(services: Services, argument: unknown): Promise<void> {
  const { prompt, place } = await promptAt(services, argument);
  const settings = graphSettings(vscode.Uri.parse(place.uri));
  await buildUnlessCostly(services, { prompt, place, target: LIKELY_TARGET, settings });
}

/** Asks what is to be explained. @param argument what is built otherwise, of another graph; or a place */
export async function explainToken(services: Services, argument: unknown): Promise<void> {
  const known = isRequest(argument) ? argument : await promptAt(services, argument);
  const target = await chooseTarget(services.session, known.prompt);
  if (!target) return;
  const place = known.place && vscode.Uri.parse(known.place.uri);
  const settings = graphSettings(place ?? undefined);
  await buildUnlessCostly(services, { prompt: known.prompt, place: known.place, target, settings });
}

/** @param argument a file, as the explorer and tabs name it; else the active tab's, else one is asked for */
export async function openAsGraph({ graphs }: Services, argument: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : (activeJson() ?? (await chooseFile()));
  if (uri) await graphs.editors.open(uri);
}

export async function graphToSideBar({ graphs }: Services): Promise<void> {
  await graphs.move(shownGraph(graphs.editors.active), 'sideBar');
}

export async function graphToEditor({ graphs }: Services): Promise<void> {
  await graphs.move(shownGraph(graphs.view.document), 'editor');
}

function shownGraph(document: GraphDocument | null): GraphDocument {
  if (!document)
    throw new Error('No graph is open. Build one with “Why This Next Token?”, or open a graph file.');
  return document;
}

async function buildUnlessCostly(services: Services, asked: GraphRequest): Promise<void> {
  let request = asked;
  for (;;) {
    const estimate = await estimated(services, request);
    const answer = isCostly(estimate) ? await askAboutCost(estimate) : 'build';
    if (answer === undefined) return;
    if (answer === 'build') break;
    const target = await chooseTarget(services.session, request.prompt);
    if (!target) return;
    request = { ...request, target };
  }
  await services.graphs.editors.build(request);
}

async function estimated(
  { session, notifications }: Services,
  request: GraphRequest,
): Promise<GraphEstimate> {
  const cancellation = new vscode.CancellationTokenSource();
  const job = session.call(estimateGraph, request, { token: cancellation.token });
  const timer = setTimeout(() => {
    void notifications.during('Counting the active features', async (_report, token) => {
      token.onCancellationRequested(() => {
        cancellation.cancel();
      });
      // Whoever asked hears of a failure.
      await job.catch(() => undefined);
    });
  }, NOTICEABLE);
  try {
    return await job;
  } finally {
    clearTimeout(timer);
    cancellation.dispose();
  }
}

function isRequest(argument: unknown): argument is GraphRequest {
  return typeof argument === 'object' && argument !== null && 'prompt' in argument && 'target' in argument;
}

/** Of the active tab, when it shows JSON that is not shown as a graph. */
function activeJson(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputText ? input.uri : undefined;
  return uri && uri.path.endsWith('.json') ? uri : undefined;
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Attribution graph of circuit-tracer, Neuronpedia or Featurescope',
    filters: { 'Attribution graphs': ['json'] },
  });
  return chosen?.[0];
}
