/** What a hub of tests does wrong, and when. */

/** `api`: model info and file lists; `resolve`: a file's address, which is the file itself when it is small; `cdn`: large files. */
export type FaultPlace = 'api' | 'resolve' | 'cdn';

/** Bodies are counted from where the answer begins. */
export interface Fault {
  /** The answer is this status, with `headers` and `body`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly redirectTo?: string;
  /** Ends the connection without an answer. */
  readonly hangUp?: boolean;
  /** Sends so many bytes, then nothing more, and keeps the connection. */
  readonly stallAfter?: number;
  /** Sends so many bytes, then ends the connection. */
  readonly cutAfter?: number;
  /** The byte at this offset of the file is wrong. */
  readonly corruptAt?: number;
  /** Answers 200 with the whole file. */
  readonly ignoreRange?: boolean;
  /** Answers 206 with a part that begins so many bytes later than was asked. */
  readonly shiftRange?: number;
  /** Sends so many bytes more than there are, and says so. */
  readonly extraBytes?: number;
  /** The file is so many bytes shorter than the list says, and the answer is whole. */
  readonly shortBy?: number;
}

export interface FaultRule {
  readonly on: FaultPlace;
  /** A piece of the request's path and query; without it every request fits. */
  readonly file?: string;
  /** How often; without it always. */
  readonly times?: number;
  readonly how: Fault;
}

export class Faults {
  private rules: { readonly rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, left: rule.times ?? Infinity });
  }

  clear(): void {
    this.rules = [];
  }

  /** What is wrong with this request; the first rule that fits and is not used up. */
  take(place: FaultPlace, path: string): Fault | null {
    const found = this.rules.find(
      ({ rule, left }) => left > 0 && rule.on === place && path.includes(rule.file ?? ''),
    );
    if (!found) return null;
    found.left--;
    return found.rule.how;
  }
}
