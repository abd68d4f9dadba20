/** Where prompts begin in texts: looked for once in each version of a text, which may be large, and not on each move of its cursor. Pure. */

/** What of an open text is needed: the document itself is the key, and its version tells when the text is another. */
export interface SearchedText {
  readonly version: number;
  getText(): string;
}

interface Found {
  readonly version: number;
  /** By prompt. */
  readonly offsets: Map<string, number>;
}

export class PromptSearch {
  private readonly found = new WeakMap<SearchedText, Found>();

  /** @returns the offset of a prompt's first occurrence in UTF-16 units, -1 when there is none */
  offsetIn(text: SearchedText, prompt: string): number {
    let known = this.found.get(text);
    if (known?.version !== text.version) {
      known = { version: text.version, offsets: new Map() };
      this.found.set(text, known);
    }
    const offset = known.offsets.get(prompt) ?? text.getText().indexOf(prompt);
    known.offsets.set(prompt, offset);
    return offset;
  }
}
