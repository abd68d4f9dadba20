/** The items of the Features view: groups of features, and one look for a feature wherever it is listed. */
import * as vscode from 'vscode';
import type { DictionaryReading, TokenReading } from '../../protocol/documents';
import { featureKey } from '../../protocol/features';
import type { FeatureActivation, FeatureRef, FeatureSummary } from '../../protocol/features';
import { Color, Command } from '../contributions';
import { activationLevel } from '../../protocol/heat';
import {
  claimedLabel,
  featureName,
  measured,
  plainLine,
  precision,
  shortNumber,
  tokenName,
} from '../../protocol/wording';

/** Id of the group of the features in focus, which has an action of its own. */
export const FOCUSED = 'focused';

/** A heading with what is under it. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly children: readonly FeatureNodes[];
}

/** One feature in a list; the commands of its menu take it as their argument. */
export interface FeatureNode {
  readonly kind: 'feature';
  readonly id: string;
  readonly feature: FeatureRef;
  readonly summary: FeatureSummary;
  /** 0 to 5, or undefined where no activation is shown. */
  readonly level?: number;
  readonly activation?: number;
  readonly pinned: boolean;
  readonly focused: boolean;
  readonly shown: boolean;
}

export type FeatureNodes = GroupNode | FeatureNode;

/** What the look of a feature depends on besides itself. */
export interface FeatureMarks {
  pinned(feature: FeatureRef): boolean;
  /** Whether it was put in focus. */
  focused(feature: FeatureRef): boolean;
  /** Whether its heat is shown, in focus or followed from the cursor. */
  shown(feature: FeatureRef): boolean;
}

/** A list of features under a heading. `place` keeps the ids of the same feature in two lists apart. */
export function featureNodes(
  place: string,
  features: readonly (FeatureSummary | FeatureActivation)[],
  marks: FeatureMarks,
): FeatureNode[] {
  const max = Math.max(0, ...features.map((feature) => ('activation' in feature ? feature.activation : 0)));
  return features.map((summary) => ({
    kind: 'feature',
    id: `${place}/${featureKey(summary.feature)}`,
    feature: summary.feature,
    summary,
    ...('activation' in summary
      ? { activation: summary.activation, level: activationLevel(summary.activation, max) }
      : {}),
    pinned: marks.pinned(summary.feature),
    focused: marks.focused(summary.feature),
    shown: marks.shown(summary.feature),
  }));
}

/** The group for the token at the cursor: one list per dictionary. */
export function cursorGroup(reading: TokenReading, marks: FeatureMarks): GroupNode {
  const surprisal = reading.surprisal === null ? '' : ` · ${shortNumber(reading.surprisal)} nats`;
  return {
    kind: 'group',
    id: 'cursor',
    label: `At the cursor: ${tokenName(reading.token.text)}`,
    description: `position ${reading.position}${surprisal}`,
    icon: 'symbol-string',
    children: reading.dictionaries.map((dictionary) => dictionaryGroup(dictionary, marks)),
  };
}

function dictionaryGroup(
  { dictionary, active, features }: DictionaryReading,
  marks: FeatureMarks,
): GroupNode {
  return {
    kind: 'group',
    id: `cursor/${dictionary}`,
    label: dictionary,
    description: `${active} active`,
    icon: 'book',
    children: featureNodes(`cursor/${dictionary}`, features, marks),
  };
}

/** A node as VS Code draws it. */
export function treeItem(node: FeatureNodes): vscode.TreeItem {
  return node.kind === 'group' ? groupItem(node) : featureItem(node);
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const state = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(
    plainLine(node.label),
    node.children.length > 0 ? state.Expanded : state.None,
  );
  item.id = node.id;
  item.description = node.description;
  item.iconPath = new vscode.ThemeIcon(node.icon);
  item.contextValue = node.id === FOCUSED ? 'groupFocused' : 'group';
  return item;
}

function featureItem(node: FeatureNode): vscode.TreeItem {
  const { summary } = node;
  const name = plainLine(featureName(summary));
  const item = new vscode.TreeItem(name);
  item.id = node.id;
  item.description = plainLine(describe(node));
  item.iconPath = icon(node);
  item.contextValue = node.pinned ? 'featurePinned' : 'feature';
  item.tooltip = tooltip(node);
  item.accessibilityInformation = { label: `${name}, ${item.description}` };
  item.command = { command: Command.openDashboard, title: 'Open Feature Dashboard', arguments: [node] };
  return item;
}

/** What stands behind the name of a feature. An activation below the label's threshold leaves the number as its name. */
function describe({ summary, activation, focused, shown }: FeatureNode): string {
  const label = claimedLabel(summary);
  const parts = [
    activation === undefined ? '' : shortNumber(activation),
    precision(label),
    label ? `#${summary.feature.index}` : '',
    activation === undefined ? summary.feature.dictionary : '',
    label?.source === 'own' ? 'own label' : '',
    focused ? 'in focus' : shown ? 'followed' : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** By level, 0 to 5. The heat's own colours are too faint for an icon. */
const LEVEL_ICONS = [
  'circle-small',
  'circle-small',
  'circle-small-filled',
  'circle-outline',
  'circle-filled',
  'circle-large-filled',
];

function icon({ level, shown }: FeatureNode): vscode.ThemeIcon {
  const color = new vscode.ThemeColor(Color.heatLine);
  if (shown) return new vscode.ThemeIcon('eye', color);
  return level === undefined
    ? new vscode.ThemeIcon('symbol-numeric')
    : new vscode.ThemeIcon(LEVEL_ICONS[level] ?? 'circle-filled', color);
}

function tooltip({ summary, activation }: FeatureNode): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(plainLine(featureName(summary)));
  text.appendMarkdown('\n\n');
  text.appendText(plainLine(`${summary.feature.dictionary} #${summary.feature.index}`));
  const { label } = summary;
  const claims = measured(label);
  if (label && !claimedLabel(summary))
    text.appendText(
      `\nToo weak here for its label “${plainLine(label.text)}”, which was measured above ${shortNumber(label.threshold ?? 0)}`,
    );
  if (claims !== '') text.appendText(`\nLabel measured on held-out text: ${claims}`);
  if (activation !== undefined) text.appendText(`\nActivation ${shortNumber(activation)}`);
  return text;
}
