import type { Random } from '../random';

/** A tag holds on every character in [start, end) of a document (UTF-16 units). */
export interface TagSpan {
  readonly tag: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A place where the document so far determines what comes next: the text at [start, end) follows from what stands before it,
 * and any of `accept` would be right (`accept` holds the text itself).
 */
export interface Answer {
  readonly start: number;
  readonly end: number;
  readonly accept: readonly string[];
}

/** Why a held-out document never occurs in training: its combination of contents, or its template too. */
export type Side = 'train' | 'combination' | 'template';

/** A generated text with everything that is known to be true of it. */
export interface CorpusDocument {
  readonly family: string;
  /** Family and index of the template, as `ioi/4`. */
  readonly template: string;
  readonly side: Side;
  readonly text: string;
  readonly tags: readonly TagSpan[];
  readonly answers: readonly Answer[];
}

/** What fills a slot of a template. `text` may hold markup of its own. */
export interface Slot {
  readonly text: string;
  /** True of the slot's text wherever it is inserted. */
  readonly tags?: readonly string[];
  /** What the split of combinations goes by, where it is not the text (the singular of a noun, say). */
  readonly lemma?: string;
  /** Right answers besides the text, where the slot is an answer. */
  readonly accept?: readonly string[];
}

/** One draw of contents for a template. */
export interface Draw {
  readonly slots: Readonly<Record<string, Slot | string>>;
  /**
   * Pairs of slots whose combination of contents is split: a training document that uses both slots of a pair never holds a
   * combination that is held out, a held-out document holds at least one.
   */
  readonly pairs: readonly (readonly [string, string])[];
}

/** A family of documents with one structure. The last three templates are held out whole. */
export interface Family {
  readonly name: string;
  /** Share of documents relative to the other families. */
  readonly weight: number;
  readonly templates: readonly string[];
  draw(random: Random): Draw;
}

/** How many templates at the end of a family's list never occur in training. */
export const heldOutTemplates = 3;
