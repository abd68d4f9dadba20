/** Which experiment a command is about: its argument (a link's, a list's, the explorer's), or what the active editor shows. */
import * as vscode from 'vscode';
import { isExperiment, isResult } from './fileNames';
import type { ActivityNode, ExperimentNode } from './experimentNodes';

/** What a CodeLens hands over. */
interface FileArgument {
  readonly uri: string;
  readonly only?: readonly string[];
}

/** A file; or an experiment that ran in this session. */
export type Target =
  { readonly kind: 'file'; readonly uri: vscode.Uri; readonly only?: readonly string[] } | ActivityNode;

/** Undefined when neither the argument nor the editor names one. */
export function targetOf(argument: unknown): Target | undefined {
  if (argument instanceof vscode.Uri) return { kind: 'file', uri: argument };
  if (isNode(argument)) return nodeTarget(argument);
  if (isFileArgument(argument)) {
    const uri = vscode.Uri.parse(argument.uri, true);
    return { kind: 'file', uri, ...(argument.only ? { only: argument.only } : {}) };
  }
  const active = activeFile();
  return active && { kind: 'file', uri: active };
}

/** The experiment or result in the active tab, which may be one that is no text editor. */
function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputText ? input.uri : undefined;
  return uri && (isExperiment(uri.path) || isResult(uri.path)) ? uri : undefined;
}

function nodeTarget(node: ExperimentNode): Target | undefined {
  if (node.kind === 'activity') return node;
  if (node.kind === 'file') return { kind: 'file', uri: node.file.uri };
  return node.kind === 'result' ? { kind: 'file', uri: node.stored.uri } : undefined;
}

function isNode(argument: unknown): argument is ExperimentNode {
  const kinds: readonly unknown[] = ['group', 'activity', 'file', 'result', 'clause'];
  return (
    typeof argument === 'object' && argument !== null && 'kind' in argument && kinds.includes(argument.kind)
  );
}

function isFileArgument(argument: unknown): argument is FileArgument {
  if (typeof argument !== 'object' || argument === null || !('uri' in argument)) return false;
  const only = 'only' in argument ? argument.only : undefined;
  const named = only === undefined || (Array.isArray(only) && only.every((name) => typeof name === 'string'));
  return typeof argument.uri === 'string' && named;
}
