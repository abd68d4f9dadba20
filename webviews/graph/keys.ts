/** The panel's keys. One table for what they do and for the list that explains them. Pure. */

export type Action =
  | 'input'
  | 'output'
  | 'next'
  | 'previous'
  | 'up'
  | 'down'
  | 'first'
  | 'last'
  | 'top'
  | 'bottom'
  | 'back'
  | 'details'
  | 'pin'
  | 'choose'
  | 'group'
  | 'ungroup'
  | 'note'
  | 'ablate'
  | 'scale'
  | 'path'
  | 'goTo'
  | 'dashboard'
  | 'label'
  | 'search'
  | 'errors'
  | 'fewer'
  | 'more'
  | 'graph'
  | 'subgraph'
  | 'table'
  | 'help'
  | 'escape';

interface Key {
  /** `KeyboardEvent.key`, in lower case where it is a letter. */
  readonly key: string;
  readonly shift?: boolean;
  readonly action: Action;
  /** How the list writes the key. */
  readonly name: string;
  readonly does: string;
  /** Only in the picture: elsewhere arrows scroll, or move through rows. */
  readonly walks?: true;
}

export const KEYS: readonly Key[] = [
  { key: 'ArrowLeft', action: 'input', name: '←', does: 'to the strongest input', walks: true },
  { key: 'ArrowRight', action: 'output', name: '→', does: 'to the strongest output', walks: true },
  {
    key: 'ArrowLeft',
    shift: true,
    action: 'previous',
    name: 'Shift+←',
    does: 'to the next stronger input or output of the node you came from, or left in the layer',
    walks: true,
  },
  {
    key: 'ArrowRight',
    shift: true,
    action: 'next',
    name: 'Shift+→',
    does: 'to the next weaker one, or right in the layer',
    walks: true,
  },
  { key: 'ArrowUp', action: 'up', name: '↑', does: 'to the next layer above', walks: true },
  { key: 'ArrowDown', action: 'down', name: '↓', does: 'to the next layer below', walks: true },
  { key: 'Home', action: 'first', name: 'Home', does: 'to the first node of the layer', walks: true },
  { key: 'End', action: 'last', name: 'End', does: 'to the last node of the layer', walks: true },
  { key: 'PageUp', action: 'top', name: 'Page Up', does: 'to the output', walks: true },
  { key: 'PageDown', action: 'bottom', name: 'Page Down', does: 'to the tokens', walks: true },
  { key: 'Backspace', action: 'back', name: 'Backspace', does: 'back to the node before' },
  { key: 'Enter', action: 'details', name: 'Enter', does: 'into the details' },
  { key: 'p', action: 'pin', name: 'P', does: 'pin or unpin' },
  {
    key: ' ',
    action: 'choose',
    name: 'Space',
    does: 'choose for actions on several nodes; it is pinned too',
  },
  { key: 'g', action: 'group', name: 'G', does: 'group what the details show: the node, or what is chosen' },
  { key: 'u', action: 'ungroup', name: 'U', does: 'ungroup' },
  { key: 'n', action: 'note', name: 'N', does: 'write a note' },
  {
    key: 'a',
    action: 'ablate',
    name: 'A',
    does: 'ablate what the details show: the node, the group, or what is chosen',
  },
  { key: 's', action: 'scale', name: 'S', does: 'scale it' },
  { key: 'f', action: 'path', name: 'F', does: 'follow a path from here; once more: to here' },
  { key: 't', action: 'goTo', name: 'T', does: 'show the token in its text' },
  { key: 'd', action: 'dashboard', name: 'D', does: 'open the feature’s dashboard' },
  { key: 'l', action: 'label', name: 'L', does: 'label the feature' },
  { key: '/', action: 'search', name: '/', does: 'search' },
  { key: 'e', action: 'errors', name: 'E', does: 'hide or show errors' },
  { key: '[', action: 'fewer', name: '[', does: 'show fewer nodes' },
  { key: ']', action: 'more', name: ']', does: 'show more nodes' },
  { key: '1', action: 'graph', name: '1', does: 'graph' },
  { key: '2', action: 'subgraph', name: '2', does: 'subgraph' },
  { key: '3', action: 'table', name: '3', does: 'table' },
  { key: '?', action: 'help', name: '?', does: 'this list' },
  { key: 'Escape', action: 'escape', name: 'Escape', does: 'give up the path, then the selection' },
];

/** Other keys, for the list. */
export const MORE_KEYS: readonly { readonly name: string; readonly does: string }[] = [
  { name: 'Ctrl+click', does: 'choose for actions on several nodes' },
  { name: 'Ctrl+Z', does: 'undo' },
  { name: 'Ctrl+Shift+Z, Ctrl+Y', does: 'redo' },
  { name: '+, −, 0', does: 'zoom, show the whole picture' },
];

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * What a key does.
 * @param walks - false where arrows have another meaning, as in tables and trees
 */
export function actionOf(pressed: Pressed, walks: boolean): Action | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  const isLetter = /^[a-z]$/i.test(pressed.key);
  const key = isLetter ? pressed.key.toLowerCase() : pressed.key;
  // With Shift a mark is a mark: where it stands differs between keyboards.
  const isNamed = key.length > 1;
  return KEYS.find(
    (known) =>
      known.key === key &&
      (walks || !known.walks) &&
      (isNamed ? (known.shift ?? false) === pressed.shiftKey : !isLetter || !pressed.shiftKey),
  )?.action;
}

/** Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y, and the same with Cmd. */
export function undoOf(pressed: Pressed): 'undo' | 'redo' | undefined {
  if (!(pressed.ctrlKey || pressed.metaKey) || pressed.altKey) return undefined;
  const key = pressed.key.toLowerCase();
  if (key === 'z') return pressed.shiftKey ? 'redo' : 'undo';
  return key === 'y' && !pressed.shiftKey ? 'redo' : undefined;
}
