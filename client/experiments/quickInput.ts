/** VS Code's quick picks and input boxes as questions with a way back (steps.ts). Escape answers undefined. */
import * as vscode from 'vscode';
import { BACK } from './steps';
import type { Back, Place } from './steps';

/** An item and what picking it means. */
export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** A heading between items. */
export interface Heading extends vscode.QuickPickItem {
  readonly kind: vscode.QuickPickItemKind.Separator;
}

/** A line that only says something: Enter on it does nothing. */
export interface Remark extends vscode.QuickPickItem {
  readonly kind?: vscode.QuickPickItemKind.Default;
}

type Line<T> = Choice<T> | Heading | Remark;
type Items<T> = readonly Line<T>[];

export interface PickOptions<T> {
  readonly title: string;
  readonly placeholder: string;
  /** A promise of them shows the list busy until it is kept. */
  readonly items: Items<T> | Promise<Items<T>>;
  /** Whether a choice is the one that Enter takes; else the first is. */
  readonly preferred?: (value: T) => boolean;
  /** What is said below the items, once it is known. Must not reject. */
  readonly remark?: Promise<Remark>;
}

/** Asks for one of the items. Rejects, with the list gone, when they cannot be had. */
export function pick<T>(place: Place, options: PickOptions<T>): Promise<T | Back | undefined> {
  const input = vscode.window.createQuickPick<Line<T>>();
  titled(input, options.title, place);
  input.placeholder = options.placeholder;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  const answer = answered(input, () => {
    const [chosen] = input.selectedItems;
    return chosen && isChoice(chosen) ? { value: chosen.value } : undefined;
  });
  return whenFilled(input, answer, Promise.resolve(options.items), (items) => {
    const preferred = items.find((item) => isChoice(item) && options.preferred?.(item.value) === true);
    input.items = items;
    if (preferred) input.activeItems = [preferred];
    void options.remark?.then((remark) => {
      // Which item is active is heard of late; without one, Enter would take nothing.
      const active = input.activeItems[0] ?? preferred ?? items[0];
      input.items = [...items, remark];
      if (active) input.activeItems = [active];
    });
  });
}

/** Shows an input busy until what it lists has come. Rejects, with the input gone, when that does not come. */
export async function whenFilled<T, Content>(
  input: vscode.QuickInput,
  answer: Promise<T | Back | undefined>,
  content: Promise<Content>,
  fill: (content: Content) => void,
): Promise<T | Back | undefined> {
  input.busy = true;
  const filled = content.then((known) => {
    input.busy = false;
    fill(known);
    return answer;
  });
  try {
    return await Promise.race([answer, filled]);
  } finally {
    input.hide();
  }
}

export interface TextOptions {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  /** Why a text will not do, or undefined when it will. */
  readonly refuse: (text: string) => string | undefined;
}

/** Asks for a text. */
export function askText(place: Place, options: TextOptions): Promise<string | Back | undefined> {
  const input = vscode.window.createInputBox();
  titled(input, options.title, place);
  input.prompt = options.prompt;
  input.value = options.value;
  input.valueSelection = [options.value.length, options.value.length];
  input.onDidChangeValue(() => {
    input.validationMessage = undefined;
  });
  return answered(input, () => {
    const refusal = options.refuse(input.value);
    input.validationMessage = refusal;
    return refusal === undefined ? { value: input.value } : undefined;
  });
}

/** Title, numbering and the button back. */
export function titled(
  input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] },
  title: string,
  { step, total, first }: Place,
): void {
  input.title = title;
  if (total > 1) {
    input.step = step;
    input.totalSteps = total;
  }
  input.ignoreFocusOut = true;
  input.buttons = first ? [] : [vscode.QuickInputButtons.Back];
}

/** What quick picks and input boxes have in common. */
interface Answerable extends vscode.QuickInput {
  readonly onDidAccept: vscode.Event<void>;
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
}

/** Shows the input until it is answered, left, or asked to go back; then it is gone. @param accept undefined to stay */
export function answered<T>(
  input: Answerable,
  accept: () => { readonly value: T } | undefined,
): Promise<T | Back | undefined> {
  return new Promise<T | Back | undefined>((resolve) => {
    input.onDidAccept(() => {
      const answer = accept();
      if (answer) resolve(answer.value);
    });
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve(BACK);
    });
    input.onDidHide(() => {
      resolve(undefined);
    });
    input.show();
  }).finally(() => {
    input.dispose();
  });
}

function isChoice<T>(item: Line<T>): item is Choice<T> {
  return 'value' in item;
}
