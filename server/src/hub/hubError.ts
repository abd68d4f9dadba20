import { oneLine } from '../formats/errors';

/** What a hub refuses or does wrong, for a user to read. The message is one line: `WHAT: REASON. CURE`. */
export class HubError extends Error {
  override readonly name: string = 'HubError';

  readonly what: string;
  readonly reason: string;

  /**
   * @param what the model, `org/name`, or the hub's address
   * @param reason what is wrong, without a full stop
   * @param cure one sentence without its full stop
   */
  constructor(
    what: string,
    reason: string,
    readonly cure: string,
    options?: ErrorOptions,
  ) {
    super(`${oneLine(what)}: ${oneLine(reason)}. ${cure}`, options);
    this.what = oneLine(what);
    this.reason = oneLine(reason);
  }
}

/** An access token, another one, or the consent to the model's conditions is missing. */
export class HubAccessError extends HubError {
  override readonly name = 'HubAccessError';
}

/** Trouble that may pass by itself: worth another try. */
export class PassingHubError extends HubError {
  override readonly name = 'PassingHubError';

  /** @param waitMs how long the hub wants to be left alone, or null */
  constructor(
    what: string,
    reason: string,
    cure: string,
    readonly waitMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(what, reason, cure, options);
  }
}
