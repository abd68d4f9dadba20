/** The items of the Experiments view: what runs, what ran in this session, and the experiment files with their results. */
import * as vscode from 'vscode';
import type { ExpectationOutcome } from '../../protocol/experiments';
import { oneLine, plainLine } from '../../protocol/wording';
import { Command } from '../contributions';
import { describeProgress, describeResult, verdictOf } from './activity';
import type { Activity, Verdict } from './activity';
import type { ExperimentFile, StoredResult } from './experimentFiles';
import { shortName } from './fileNames';

export interface GroupNode {
  readonly kind: 'group';
  readonly label: string;
  readonly children: readonly ExperimentNode[];
}

/** A run of this session; the commands of its menu take it as their argument. */
export interface ActivityNode {
  readonly kind: 'activity';
  readonly activity: Activity;
}

/** An experiment file; the commands of its menu take it as their argument. */
export interface FileNode {
  readonly kind: 'file';
  readonly file: ExperimentFile;
  /** Its run that is under way. */
  readonly running: Activity | undefined;
}

/** The result beside a file. */
export interface ResultNode {
  readonly kind: 'result';
  readonly stored: StoredResult;
}

/** One clause of a file's `expect`, as it came out. */
export interface ClauseNode {
  readonly kind: 'clause';
  readonly outcome: ExpectationOutcome;
  readonly result: vscode.Uri;
}

export type ExperimentNode = GroupNode | ActivityNode | FileNode | ResultNode | ClauseNode;

/** Empty where there is nothing at all, so that the welcome view shows instead. */
export function experimentGroups(
  activities: readonly Activity[],
  files: readonly ExperimentFile[],
): GroupNode[] {
  const running = activities.filter(({ state }) => state === 'running');
  const ended = activities.filter(({ state }) => state !== 'running');
  const node = (activity: Activity): ActivityNode => ({ kind: 'activity', activity });
  const groups: GroupNode[] = [
    { kind: 'group', label: 'Running', children: running.map(node) },
    { kind: 'group', label: 'This session', children: ended.map(node) },
    {
      kind: 'group',
      label: 'Files',
      children: files.map((file) => ({
        kind: 'file',
        file,
        running: running.find(({ params }) => params.uri === file.uri.toString()),
      })),
    },
  ];
  return groups.filter(({ children }) => children.length > 0);
}

export function childrenOf(node: ExperimentNode): readonly ExperimentNode[] {
  if (node.kind === 'group') return node.children;
  const stored = node.kind === 'file' ? node.file.stored : null;
  if (!stored) return [];
  const clauses = stored.clauses.map((outcome): ClauseNode => ({
    kind: 'clause',
    outcome,
    result: stored.uri,
  }));
  return [{ kind: 'result', stored }, ...clauses];
}

/** So that the progress behind it is in sight: the side bar is narrow, and the whole name is in the tooltip. */
const LONGEST_NAME = 26;

/** A node as VS Code draws it. */
export function treeItem(node: ExperimentNode): vscode.TreeItem {
  switch (node.kind) {
    case 'group':
      return groupItem(node);
    case 'activity':
      return activityItem(node);
    case 'file':
      return fileItem(node);
    case 'result':
      return resultItem(node);
    case 'clause':
      return clauseItem(node);
  }
}

function groupItem({ label }: GroupNode): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = label;
  item.contextValue = 'group';
  return item;
}

function activityItem(node: ActivityNode): vscode.TreeItem {
  const { id, title, state, result, message } = node.activity;
  const running = state === 'running';
  const item = new vscode.TreeItem(plainLine(title, LONGEST_NAME));
  item.id = `activity/${id}`;
  item.description = plainLine(describeActivity(node.activity));
  item.iconPath = running ? new vscode.ThemeIcon('loading~spin') : endedIcon(node.activity);
  item.contextValue = running ? 'experimentRunning' : 'experimentEnded';
  item.tooltip = tooltip(title, describeActivity(node.activity), message ?? '');
  if (running || result) item.command = open(node);
  return described(item);
}

function describeActivity(activity: Activity): string {
  const { state, result } = activity;
  if (state === 'running') return describeProgress(activity);
  if (result) return state === 'cancelled' ? `cancelled · ${describeResult(result)}` : describeResult(result);
  return state === 'cancelled' ? 'cancelled' : 'could not be run';
}

function endedIcon({ state, result }: Activity): vscode.ThemeIcon {
  if (!result) return state === 'cancelled' ? new vscode.ThemeIcon('circle-slash') : verdictIcon('failed');
  return verdictIcon(state === 'failed' ? 'failed' : verdictOf(result));
}

function fileItem(node: FileNode): vscode.TreeItem {
  const { file, running } = node;
  const { uri, stored, changed } = file;
  const states = vscode.TreeItemCollapsibleState;
  const name = plainLine(shortName(uri.path));
  const item = new vscode.TreeItem(name, stored ? states.Collapsed : states.None);
  item.id = `file/${uri.toString()}`;
  item.description = plainLine(describeFile(node));
  item.iconPath = running
    ? new vscode.ThemeIcon('loading~spin')
    : changed
      ? new vscode.ThemeIcon('history')
      : stored?.verdict
        ? verdictIcon(stored.verdict)
        : new vscode.ThemeIcon('beaker');
  item.contextValue = running ? 'experimentFileRunning' : stored ? 'experimentFileResult' : 'experimentFile';
  item.tooltip = tooltip(vscode.workspace.asRelativePath(uri), describeFile(node));
  item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
  return described(item);
}

function describeFile({ file: { stored, changed }, running }: FileNode): string {
  if (running) return describeProgress(running);
  if (!stored) return 'not run yet';
  return changed ? `changed since: ${stored.description}` : stored.description;
}

function resultItem({ stored }: ResultNode): vscode.TreeItem {
  const item = new vscode.TreeItem('Result');
  item.id = `result/${stored.uri.toString()}`;
  item.description = plainLine(`${new Date(stored.ended).toLocaleString()} · ${stored.description}`);
  item.iconPath = new vscode.ThemeIcon('graph');
  item.contextValue = 'experimentResult';
  item.tooltip = tooltip('Result', stored.description);
  item.command = open(stored.uri);
  return described(item);
}

function clauseItem({ outcome: { clause, holds, measured }, result }: ClauseNode): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLine(clause));
  item.description = plainLine(measured);
  item.iconPath = verdictIcon(holds ? 'passed' : 'failed');
  item.contextValue = 'experimentClause';
  item.tooltip = oneLine(`${clause}: ${measured}`);
  item.command = open(result);
  item.accessibilityInformation = {
    label: `${plainLine(clause)}, ${holds ? 'holds' : 'does not hold'}, ${plainLine(measured)}`,
  };
  return item;
}

const ICONS: Record<Verdict, readonly [icon: string, color: string | undefined]> = {
  passed: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  complete: ['pass', undefined],
  incomplete: ['circle-slash', undefined],
};

function verdictIcon(verdict: Verdict): vscode.ThemeIcon {
  const [icon, color] = ICONS[verdict];
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** Lines that the side bar cuts, whole. */
function tooltip(...lines: readonly string[]): string {
  const shown = lines.map(oneLine).filter((line) => line !== '');
  return [...new Set(shown)].join('\n\n');
}

function open(what: ActivityNode | vscode.Uri): vscode.Command {
  return { command: Command.openResult, title: 'Open Result', arguments: [what] };
}

function described(item: vscode.TreeItem): vscode.TreeItem {
  const name = typeof item.label === 'string' ? item.label : '';
  item.accessibilityInformation = { label: `${name}, ${String(item.description)}` };
  return item;
}
