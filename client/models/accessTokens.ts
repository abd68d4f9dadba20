/**
 * The user's access tokens, one for each hub: what one hub was given is never sent to another. Kept in VS Code's secret storage.
 * Command: forgetHubToken.
 */
import * as vscode from 'vscode';
import { ErrorCode } from '../../protocol/errors';
import { plainLine } from '../../protocol/wording';
import { explain, Failure } from '../failure';
import { hostOf } from './hubEndpoint';

export class AccessTokens {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /**
   * Asks the hub something with the token that is known for it, or none; asks the user for one when the hub wants one, and keeps
   * it once the hub has taken it. Rejects as the call, or with a CancellationError when the user gave up.
   */
  async using<T>(endpoint: string, call: (token: string | undefined) => Promise<T>): Promise<T> {
    let token = await this.secrets.get(keyOf(endpoint));
    for (let isNew = false; ; isNew = true) {
      try {
        const answer = await call(token);
        if (isNew && token !== undefined) await this.secrets.store(keyOf(endpoint), token);
        return answer;
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== ErrorCode.hubAccess) throw error;
        token = await askForToken(hostOf(endpoint), explain(error));
        if (token === undefined) throw new vscode.CancellationError();
      }
    }
  }

  /** Resolves to whether there was one. */
  async forget(endpoint: string): Promise<boolean> {
    const known = await this.secrets.get(keyOf(endpoint));
    await this.secrets.delete(keyOf(endpoint));
    return known !== undefined;
  }
}

function keyOf(endpoint: string): string {
  return `hub.accessToken ${new URL(endpoint).origin}`;
}

/** @param why what the hub answered, with the cure */
async function askForToken(host: string, why: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: `Access Token for ${plainLine(host)}`,
    prompt: `${plainLine(why)} The token is kept in VS Code's secret storage and sent to ${plainLine(host)} alone.`,
    placeHolder: 'hf_…',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[!-~]*$/.test(text.trim()) ? undefined : 'A token has letters, digits and signs, and no spaces.',
  });
  return typed?.trim() || undefined;
}
