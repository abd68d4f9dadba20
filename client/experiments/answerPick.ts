/** The question for an answer token: the model's own favourites with their probabilities, or a text that is typed. */
import * as vscode from 'vscode';
import type { Answer } from '../../protocol/experimentSpec';
import { namesFirst, offeredItems, readingsOf, typedItems } from './answerItems';
import type { AnswerItem } from './answerItems';
import type { Likely } from './likely';
import { answered, titled, whenFilled } from './quickInput';
import type { Back, Place } from './steps';

/** How long a text must rest before its tokens are asked for, in ms. */
const REST = 150;

type AnswerInput = vscode.QuickPick<AnswerItem & vscode.QuickPickItem>;

export interface AnswerQuestion {
  readonly title: string;
  readonly placeholder: string;
  /** Whose continuation is offered. */
  readonly prompt: string;
  /** What Enter takes, and what stands first: an earlier answer, or one that the text itself gives. */
  readonly preferred?: Answer | undefined;
  /** Answers that would compare a token with itself. */
  readonly excluded?: readonly Answer[];
  /** Whether names that stand in the prompt come before the other favourites. */
  readonly namesFirst?: boolean;
}

/** Rejects when the model cannot be asked. */
export async function pickAnswer(
  place: Place,
  likely: Likely,
  question: AnswerQuestion,
): Promise<Answer | Back | undefined> {
  const input = vscode.window.createQuickPick<AnswerItem & vscode.QuickPickItem>();
  titled(input, question.title, place);
  input.placeholder = question.placeholder;
  input.matchOnDescription = true;
  const typed = new TypedText(input, likely, question);
  const answer = answered(input, () => {
    const [chosen] = input.selectedItems;
    return chosen?.answer === undefined ? undefined : { value: chosen.answer };
  });
  const answers = likely.after(question.prompt);
  try {
    return await whenFilled(input, answer, answers, (continued) => {
      const { tokens } = continued;
      const favourites = question.namesFirst ? namesFirst(continued.answers, tokens) : continued.answers;
      typed.setOffered(offeredItems(favourites, question.preferred, question.excluded ?? []));
    });
  } finally {
    typed.dispose();
  }
}

/** Keeps items for what is typed above those that are offered: as it is, and with the space that words begin with. */
class TypedText implements vscode.Disposable {
  private offered: readonly AnswerItem[] = [];
  private own: readonly AnswerItem[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly input: AnswerInput,
    private readonly likely: Likely,
    private readonly question: AnswerQuestion,
  ) {
    input.onDidChangeValue((value) => {
      clearTimeout(this.timer);
      this.show([]);
      if (value.trim() !== '') this.timer = setTimeout(() => void this.read(value), REST);
    });
  }

  setOffered(items: readonly AnswerItem[]): void {
    this.offered = items;
    this.show(this.own);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async read(value: string): Promise<void> {
    const texts = readingsOf(value, this.question.prompt);
    // A failure to ask was told when the list was filled.
    const tokens = await Promise.all(texts.map((text) => this.likely.tokensOf(text))).catch(() => []);
    if (this.input.value !== value) return;
    this.show(tokens.flatMap((own, i) => typedItems(texts[i]!, own)));
  }

  private show(own: readonly AnswerItem[]): void {
    this.own = own;
    this.input.items = [...own, ...this.offered];
  }
}
