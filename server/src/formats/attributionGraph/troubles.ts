/** What is wrong with a graph file that can be read all the same: counted, and told in a sentence for each kind. */

/** Examples that a sentence names at most. */
const SHOWN = 3;
/** Of an example, so that no file can write the warning. */
const LONGEST = 60;

/** What is said of `count` cases, without the full stop. */
export type Sentence = (count: number) => string;

export class Troubles {
  private readonly found = new Map<Sentence, { count: number; readonly examples: string[] }>();

  /** One more case. @param example what names it to the user */
  add(sentence: Sentence, example: string): void {
    const known = this.found.get(sentence) ?? { count: 0, examples: [] };
    known.count++;
    if (known.examples.length < SHOWN) known.examples.push(shortened(example));
    this.found.set(sentence, known);
  }

  sentences(): string[] {
    return [...this.found].map(([sentence, { count, examples }]) => {
      const rest = count > examples.length ? ', ...' : '';
      return `${sentence(count)} (${examples.join(', ')}${rest}).`;
    });
  }
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

/** `1 link`, `3 links`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
