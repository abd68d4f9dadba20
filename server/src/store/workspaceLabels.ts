/** The user's own labels of one workspace, kept in step with the file that every window on it shares. */
import { unwatchFile, watchFile } from 'node:fs';
import { readUserLabels, setUserLabel, type UserLabels, userLabelsFile } from './userLabels';

/** How often the file is looked at for changes by another window, in ms. */
const LOOK = 1000;

export class WorkspaceLabels {
  private labels: UserLabels = new Map();
  private trouble: string | null = null;
  private readonly file: string | null;

  /**
   * @param folder of the workspace; null when none is open: then there are no own labels
   * @param changed called when another window has changed them
   */
  constructor(
    private readonly folder: string | null,
    private readonly changed: () => void,
  ) {
    this.file = folder === null ? null : userLabelsFile(folder);
    this.read();
    if (this.file !== null) watchFile(this.file, { interval: LOOK, persistent: false }, this.onChange);
  }

  /** Why the file could not be read, or null. */
  get problem(): string | null {
    return this.trouble;
  }

  get canWrite(): boolean {
    return this.folder !== null;
  }

  /** The user's label of a feature. */
  get(dictionary: string, index: number): string | undefined {
    return this.labels.get(dictionary)?.get(index)?.label;
  }

  /** All own labels, by dictionary and index. */
  list(): { readonly dictionary: string; readonly index: number; readonly label: string }[] {
    return [...this.labels].flatMap(([dictionary, features]) =>
      [...features].map(([index, { label }]) => ({ dictionary, index, label })),
    );
  }

  /**
   * Writes a label, or removes it with null; others in the file stay.
   * @throws FileFormatError when it cannot be written, RangeError for an empty or overlong text
   */
  async set(dictionary: string, index: number, label: string | null): Promise<void> {
    if (this.folder === null) throw new RangeError('There is no workspace to keep labels in.');
    this.labels = await setUserLabel(this.folder, dictionary, index, label === null ? null : { label });
    this.trouble = null;
  }

  dispose(): void {
    if (this.file !== null) unwatchFile(this.file, this.onChange);
  }

  private readonly onChange = (): void => {
    const before = JSON.stringify(this.list());
    this.read();
    if (JSON.stringify(this.list()) !== before || this.trouble !== null) this.changed();
  };

  /** A damaged file keeps the labels that are known. */
  private read(): void {
    if (this.folder === null) return;
    try {
      this.labels = readUserLabels(this.folder);
      this.trouble = null;
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
  }
}
