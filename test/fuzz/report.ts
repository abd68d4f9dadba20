/** What a child says to its parent, one JSON value a line. */

/** What one mutation brought to light. */
export interface Finding {
  readonly mutation: number;
  readonly sample: string;
  readonly wrong: string;
  /** The stack of what was thrown, with its causes. */
  readonly detail: string;
}

export interface Tally {
  /** Mutations that were read without an error. */
  readonly taken: number;
  /** Mutations that were refused with a clear error. */
  readonly refused: number;
}

/** A mutation that begins, as its number; what it did wrong; the end. */
export type Report = number | { readonly finding: Finding } | { readonly done: Tally };
