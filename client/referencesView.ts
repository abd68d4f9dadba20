/**
 * Hits of a feature in VS Code's own references view. The view is a bundled extension that takes any tree through its
 * exported `setInput`; this is such a tree, grouped by file, growing while the search runs.
 */
import * as vscode from 'vscode';
import type { FeatureHit } from '../protocol/findEverywhere';
import { location } from './findEverywhere';
import { shortNumber } from '../protocol/wording';

/** How much text, in UTF-16 units, is shown before the token. */
const WORDS_BEFORE = 16;

/** The part of the bundled extension's exports that is used. */
interface ReferencesViewApi {
  setInput(input: object): void;
}

interface FileNode {
  readonly uri: vscode.Uri;
  readonly hits: FeatureHit[];
}

type Node = FileNode | FeatureHit;

/** The tree of one search. */
export class HitTree implements vscode.TreeDataProvider<Node> {
  private readonly files = new Map<string, FileNode>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  /** Shown above the tree; the view reads it on every change. */
  message: string | undefined;

  private count = 0;

  /** In order of arrival, which is the order of the files. */
  get hits(): readonly FeatureHit[] {
    return [...this.files.values()].flatMap(({ hits }) => hits);
  }

  add(hits: readonly FeatureHit[]): void {
    for (const hit of hits) {
      const node = this.files.get(hit.uri) ?? { uri: vscode.Uri.parse(hit.uri), hits: [] };
      node.hits.push(hit);
      this.files.set(hit.uri, node);
    }
    this.count += hits.length;
    this.summarise(' so far');
  }

  /** States the result; call it when the search has ended. */
  summarise(remark: string): void {
    const places = this.count === 1 ? '1 place' : `${this.count} places`;
    const files = this.files.size === 1 ? '1 file' : `${this.files.size} files`;
    this.message = `${places} in ${files}${remark}`;
    this.changed.fire();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return 'hits' in node ? fileItem(node) : hitItem(node);
  }

  getChildren(node?: Node): Node[] {
    if (!node) return [...this.files.values()];
    return 'hits' in node ? node.hits : [];
  }

  getParent(node: Node): Node | undefined {
    return 'hits' in node ? undefined : this.files.get(node.uri);
  }
}

/** Shows a tree in the references view under a title; false when the bundled extension is not there. */
export async function showInReferencesView(title: string, tree: HitTree): Promise<boolean> {
  const [first] = tree.hits;
  const extension = vscode.extensions.getExtension<ReferencesViewApi>('vscode.references-view');
  if (!first || !extension) return false;
  const model = {
    get message(): string | undefined {
      return tree.message;
    },
    provider: tree,
    navigation: navigation(tree),
  };
  const input = {
    title,
    contextValue: 'featurescope.findEverywhere',
    location: location(first),
    resolve: () => model,
    with: () => input,
  };
  (await extension.activate()).setInput(input);
  return true;
}

/** What F4 and Shift+F4 need of the view's model. */
function navigation(tree: HitTree): object {
  const step = (from: Node, by: 1 | -1): Node => {
    const { hits } = tree;
    const at = 'hits' in from ? hits.indexOf(from.hits[0]!) : hits.indexOf(from);
    return hits[(at + by + hits.length) % hits.length] ?? from;
  };
  return {
    nearest: (uri: vscode.Uri) => tree.hits.find((hit) => hit.uri === uri.toString()),
    next: (from: Node) => step(from, 1),
    previous: (from: Node) => step(from, -1),
    location: (node: Node) => ('hits' in node ? undefined : location(node)),
  };
}

function fileItem({ uri, hits }: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
  item.description = `${hits.length}`;
  item.iconPath = vscode.ThemeIcon.File;
  return item;
}

function hitItem(hit: FeatureHit): vscode.TreeItem {
  const { text, start, end } = excerpt(hit.preview);
  const item = new vscode.TreeItem({ label: text, highlights: [[start, end]] });
  item.description = shortNumber(hit.activation);
  const { uri, range } = location(hit);
  const show: vscode.TextDocumentShowOptions = { selection: range, preserveFocus: true };
  item.command = { command: 'vscode.open', title: 'Open', arguments: [uri, show] };
  return item;
}

/** The side bar is narrow: few words before the token, so that it is in sight. */
function excerpt({ text, start, end }: FeatureHit['preview']): FeatureHit['preview'] {
  const cut = Math.max(0, start - WORDS_BEFORE);
  if (cut === 0) return { text, start, end };
  return { text: `…${text.slice(cut)}`, start: start - cut + 1, end: end - cut + 1 };
}
