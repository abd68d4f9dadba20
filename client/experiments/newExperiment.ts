/** The command newExperiment: an experiment file, not yet saved, with the selected prompts or an example. */
import * as vscode from 'vscode';
import { experimentText } from '../../protocol/experiments';
import type { PromptPair } from '../../protocol/experimentSpec';
import { listModels } from '../../protocol/models';
import type { Services } from '../services';
import { EXPERIMENT_FILES, freeName, isExperiment, shortName } from './fileNames';
import { folderFor } from './folder';
import { foundPrompts } from './foundPrompts';
import { Likely } from './likely';
import { readHabits, promptsOfDraft, startDraft } from './patchDraft';
import { answerOf, promptPair } from './promptPair';
import type { FoundPrompts } from './selectedPrompts';
import { modelFields, templateSpec } from './specs';

const NOTHING: FoundPrompts = { clean: null, corrupt: null };

/** @param clicked and `selected` are the explorer's files; from the palette it is about the editor's selection */
export async function newExperiment(services: Services, clicked: unknown, selected: unknown): Promise<void> {
  const { session } = services;
  const folder = folderFor(vscode.window.activeTextEditor?.document);
  const pair = await pairAtHand(services, clicked, selected);
  const model = modelFields(await session.call(listModels, null), []);
  const { text } = await session.call(experimentText, { spec: templateSpec(pair, model) });
  const uri = await untitled(folder);
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

/** Two prompts that are selected, else the example. Lines around a mere cursor are not meant. */
async function pairAtHand(services: Services, clicked: unknown, selected: unknown): Promise<PromptPair> {
  const editor = vscode.window.activeTextEditor;
  const isSelected = editor?.selections.some(({ isEmpty }) => !isEmpty) ?? false;
  const files = clicked instanceof vscode.Uri && Array.isArray(selected);
  const usable = files || (isSelected && !isExperiment(editor?.document.uri.path ?? ''));
  const found = usable ? await foundPrompts(files ? clicked : undefined, selected) : NOTHING;
  const pair = found.corrupt === null ? NOTHING : found;
  return answered(services, promptsOfDraft(startDraft(pair, readHabits(undefined))));
}

/** The answers that the texts give, or else what the model itself holds likeliest after each. */
async function answered(
  { session }: Services,
  { clean, corrupt, answer, wrong }: ReturnType<typeof promptsOfDraft>,
): Promise<PromptPair> {
  if (answer !== undefined) return promptPair(clean, corrupt, answer, wrong);
  const likely = new Likely(session);
  try {
    const [right, other] = await Promise.all(
      [clean, corrupt].map(async (prompt) => (await likely.after(prompt)).answers[0]?.token),
    );
    const differ = right && other && right.id !== other.id;
    return promptPair(clean, corrupt, right && answerOf(right), differ ? answerOf(other) : undefined);
  } finally {
    likely.dispose();
  }
}

/** A document that is saved beside the texts that it is about. */
async function untitled(folder: vscode.Uri | null): Promise<vscode.Uri> {
  const files = await vscode.workspace.findFiles(EXPERIMENT_FILES);
  const open = vscode.workspace.textDocuments.map(({ uri }) => uri);
  const name = freeName([...files, ...open].map(({ path }) => shortName(path)));
  const path = folder ? vscode.Uri.joinPath(folder, name).path : name;
  return vscode.Uri.from({ scheme: 'untitled', path });
}
