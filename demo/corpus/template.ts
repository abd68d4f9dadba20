import type { Answer, Slot, TagSpan } from './document';

/*
 * Template markup. `«slot»` inserts a slot, tagged `family.slot` and with the slot's own tags; `«slot:tag»` adds a tag; `«=slot»`
 * says that the slot is a determined answer. `⟦tag|text⟧` tags a range, `$slot` in the tag stands for the slot's text.
 */
const piece = /«(=?)(\w+)(?::([\w.]+))?»|⟦([\w.$]+)\||⟧/gu;

/** A template filled in: the text, its tags and its determined answers. */
export interface Rendered {
  readonly text: string;
  readonly tags: readonly TagSpan[];
  readonly answers: readonly Answer[];
  /** Names of the slots that the template inserted. */
  readonly used: ReadonlySet<string>;
}

class Renderer {
  text = '';
  readonly tags: TagSpan[] = [];
  readonly answers: Answer[] = [];
  readonly used = new Set<string>();
  private readonly open: { tag: string; start: number }[] = [];
  private readonly seenNames = new Set<string>();

  constructor(
    private readonly family: string,
    private readonly slots: Readonly<Record<string, Slot | string>>,
  ) {}

  render(markup: string): void {
    let from = 0;
    for (const match of markup.matchAll(piece)) {
      this.text += markup.slice(from, match.index);
      from = match.index + match[0].length;
      if (match[0] === '⟧') this.closeRange();
      else if (match[4] !== undefined) this.openRange(match[4]);
      else this.insert(match[2] ?? '', match[1] === '=', match[3]);
    }
    this.text += markup.slice(from);
  }

  private slot(name: string): Slot {
    const slot = this.slots[name];
    if (slot === undefined) throw new Error(`family ${this.family} has no slot ${name}`);
    return typeof slot === 'string' ? { text: slot } : slot;
  }

  private openRange(tag: string): void {
    const resolved = tag.replace(/\$(\w+)/gu, (_, name: string) => this.slot(name).text);
    this.open.push({ tag: resolved, start: this.text.length });
  }

  private closeRange(): void {
    const range = this.open.pop();
    if (range === undefined) throw new Error(`family ${this.family}: a range is closed that was not opened`);
    this.tags.push({ ...range, end: this.text.length });
  }

  private insert(name: string, isAnswer: boolean, extra: string | undefined): void {
    const slot = this.slot(name);
    this.used.add(name);
    const start = this.text.length;
    this.render(slot.text);
    const end = this.text.length;
    const tags = [`${this.family}.${name}`, ...(slot.tags ?? [])];
    if (extra !== undefined) tags.push(extra);
    if (slot.tags?.includes('name') === true) tags.push(this.mention(slot.text));
    if (isAnswer) {
      tags.push(`${this.family}.answer`);
      this.answers.push({
        start,
        end,
        accept: [...new Set([this.text.slice(start, end), ...(slot.accept ?? [])])],
      });
    }
    for (const tag of new Set(tags)) this.tags.push({ tag, start, end });
  }

  private mention(name: string): string {
    const seen = this.seenNames.has(name);
    this.seenNames.add(name);
    return seen ? 'name.repeated' : 'name.first';
  }

  finish(): void {
    const unclosed = this.open.pop();
    if (unclosed !== undefined) throw new Error(`family ${this.family}: range ${unclosed.tag} is not closed`);
  }
}

/** Fills a template with slots. Throws where the template names a slot that was not drawn or leaves a range open. */
export function renderTemplate(
  family: string,
  markup: string,
  slots: Readonly<Record<string, Slot | string>>,
): Rendered {
  const renderer = new Renderer(family, slots);
  renderer.render(markup);
  renderer.finish();
  return { text: renderer.text, tags: renderer.tags, answers: renderer.answers, used: renderer.used };
}
