/**
 * The edits of a graph. VS Code keeps them too and undoes them while the graph's editor is active; it has no way to undo
 * in another one, so a graph in the side bar undoes through this. Pure.
 */

export interface Edit {
  /** "Pin node". */
  readonly what: string;
  /** Both set whole values, so that they may be called in any order. */
  undo(): void | Promise<void>;
  redo(): void | Promise<void>;
}

export class EditStack {
  private readonly past: Edit[] = [];
  private readonly future: Edit[] = [];
  /** Counts how often all edits were forgotten. */
  private era = 0;

  /** @returns the edit for VS Code's own stack, which keeps this one in step */
  push(edit: Edit): Edit {
    this.past.push(edit);
    this.future.length = 0;
    return this.ofNow({
      what: edit.what,
      undo: () => {
        this.move(this.past, this.future, edit);
        return edit.undo();
      },
      redo: () => {
        this.move(this.future, this.past, edit);
        return edit.redo();
      },
    });
  }

  /** Undoes the last edit. @returns what was done, as an edit for VS Code's stack; undefined when there is nothing to undo */
  async undo(): Promise<Edit | undefined> {
    const edit = this.past.at(-1);
    if (!edit) return undefined;
    this.move(this.past, this.future, edit);
    await edit.undo();
    return this.ofNow({ what: `Undo ${edit.what}`, undo: () => edit.redo(), redo: () => edit.undo() });
  }

  /** Does the last edit again that was undone. @returns as `undo` does */
  async redo(): Promise<Edit | undefined> {
    const edit = this.future.at(-1);
    if (!edit) return undefined;
    this.move(this.future, this.past, edit);
    await edit.redo();
    return this.ofNow({ what: `Redo ${edit.what}`, undo: () => edit.undo(), redo: () => edit.redo() });
  }

  /** Forgets all edits, as when the file is another. VS Code cannot be made to forget them: there they do nothing from now on. */
  clear(): void {
    this.past.length = 0;
    this.future.length = 0;
    this.era++;
  }

  /** An edit that does nothing once all of today's are forgotten. */
  private ofNow(edit: Edit): Edit {
    const { era } = this;
    return {
      what: edit.what,
      undo: () => (this.era === era ? edit.undo() : undefined),
      redo: () => (this.era === era ? edit.redo() : undefined),
    };
  }

  private move(from: Edit[], to: Edit[], edit: Edit): void {
    const at = from.lastIndexOf(edit);
    if (at < 0) return;
    from.splice(at, 1);
    to.push(edit);
  }
}
