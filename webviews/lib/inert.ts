/** Texts of models and files as they can be drawn: nothing in them moves or hides what stands beside them. Pure. */
import { oneLine, tokenName } from '../../protocol/wording';

/** A label in one line. */
export function inert(text: string): string {
  return oneLine(text).trim();
}

/** A token in one line, its white space made visible. */
export function inertToken(text: string): string {
  return oneLine(tokenName(text));
}
