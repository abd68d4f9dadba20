/** What the model holds likely after a prompt, asked once per prompt while a command's questions are open. */
import * as vscode from 'vscode';
import { likelyAnswers } from '../../protocol/experiments';
import type { TokenText } from '../../protocol/features';
import type { Session } from '../session';
import type { LikelyAnswer } from './answerItems';
import { ownTokens } from './promptPair';

/** So many answers are offered. */
const TOP = 12;

export interface Continued {
  /** The prompt's, with what the model puts before it. */
  readonly tokens: readonly TokenText[];
  /** Likeliest first. */
  readonly answers: readonly LikelyAnswer[];
}

export class Likely implements vscode.Disposable {
  private readonly known = new Map<string, Promise<Continued>>();
  private readonly cancellation = new vscode.CancellationTokenSource();

  constructor(private readonly session: Session) {}

  /** Rejects with a `Failure`: there is no model, or the prompt is longer than its context. */
  after(prompt: string): Promise<Continued> {
    const asked = this.known.get(prompt) ?? this.ask(prompt);
    this.known.set(prompt, asked);
    return asked;
  }

  /** The tokens of a text by itself. */
  async tokensOf(text: string): Promise<readonly TokenText[]> {
    return ownTokens((await this.after(text)).tokens, text);
  }

  /** Cancels what is still being asked. */
  dispose(): void {
    this.cancellation.cancel();
    this.cancellation.dispose();
  }

  private ask(prompt: string): Promise<Continued> {
    const { token } = this.cancellation;
    const asked = this.session.call(likelyAnswers, { prompt, top: TOP }, { token });
    // Asked ahead of its use: whoever uses it hears of the failure, and nobody else.
    asked.catch(() => undefined);
    return asked;
  }
}
