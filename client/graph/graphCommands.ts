/** The commands about graphs: building one, opening a file as one, and moving one between editor and side bar. */
import * as vscode from 'vscode';
import { estimateGraph, LIKELY_TARGET } from '../../protocol/graphs';
import type { GraphEstimate, GraphRequest, GraphTarget } from '../../protocol/graphs';
import type { Services } from '../services';
import { graphSettings } from '../settings';
import { isCostly } from './estimateText';
import type { GraphDocument } from './graphDocument';
import { isPrompt, promptAt } from './prompts';
import type { GraphPrompt } from './prompts';
import { askAboutCost } from './questions';
import { chooseTarget } from './targets';

/** Work that is not done by then is shown, in ms. */
const NOTICEABLE = 300;

/** Explains the likeliest tokens. @param argument a place; else the cursor is meant */
export async function whyNextToken(services: Services, argument: unknown): Promise<void> {
  await buildUnlessCostly(services, await promptAt(services, argument), LIKELY_TARGET);
}

/** Asks what is to be explained. @param argument the prompt of a graph; else the cursor is meant */
export async function explainToken(services: Services, argument: unknown): Promise<void> {
  const prompt = isPrompt(argument) ? argument : await promptAt(services, undefined);
  const target = await chooseTarget(services.session, prompt.prompt);
  if (target) await buildUnlessCostly(services, prompt, target);
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

async function buildUnlessCostly(
  services: Services,
  { prompt, place }: GraphPrompt,
  first: GraphTarget,
): Promise<void> {
  const settings = graphSettings(place ? vscode.Uri.parse(place.uri) : undefined);
  let request: GraphRequest = { prompt, place, target: first, settings };
  for (;;) {
    const estimate = await estimated(services, request);
    const answer = isCostly(estimate) ? await askAboutCost(estimate) : 'build';
    if (answer === undefined) return;
    if (answer === 'build') break;
    const target = await chooseTarget(services.session, prompt);
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
