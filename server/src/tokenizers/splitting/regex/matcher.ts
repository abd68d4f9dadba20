/**
 * Finds matches by backtracking, the leftmost first and alternatives in order, as Oniguruma does. A pattern from a file runs on
 * the user's text, so the work is counted: one that backtracks without end is given up.
 */
import { CharSet } from './charSet';
import type { Edge, PatternNode, RepeatNode } from './syntax';

/** Where a match that begins at `at` ends, or -1. */
type Step = (at: number) => number;

/** The pattern needs more steps on a text than are allowed. */
export class TooManySteps extends Error {}

/** What a search may cost: patterns of published tokenizers take some ten steps for each unit of text. */
const stepsAtLeast = 1_000_000;
const stepsPerUnit = 200;

const wordCharacters = CharSet.of(String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]`, false);

export class PatternMatcher {
  private text = '';
  private steps = 0;
  private readonly matchAt: Step;

  constructor(pattern: PatternNode) {
    this.matchAt = this.compile(pattern, (at) => at);
  }

  /**
   * Calls `found` with the matches in order; they do not overlap, and none is empty.
   * @throws TooManySteps, RangeError when a group is repeated more often than the stack is deep.
   */
  search(text: string, found: (start: number, end: number) => void): void {
    this.text = text;
    this.steps = stepsAtLeast + stepsPerUnit * text.length;
    for (let at = 0; at < text.length;) {
      const end = this.matchAt(at);
      if (end > at) {
        found(at, end);
        at = end;
      } else at += unitsAt(text, at);
    }
    this.text = '';
  }

  private spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new TooManySteps();
  }

  /** @param next what comes after the node. */
  private compile(node: PatternNode, next: Step): Step {
    switch (node.kind) {
      case 'set':
        return (at) => {
          const units = node.set.unitsAt(this.text, at);
          return units === 0 ? -1 : next(at + units);
        };
      case 'sequence':
        return node.items.reduceRight((rest, item) => this.compile(item, rest), next);
      case 'choice':
        return this.compileChoice(node.items, next);
      case 'repeat':
        return isSet(node.body)
          ? this.compileRun(node, setOf(node.body), next)
          : this.compileRepeat(node, next);
      case 'atomic':
        return andThen(
          this.compile(node.body, (at) => at),
          next,
        );
      case 'ahead': {
        const body = this.compile(node.body, (at) => at);
        return (at) => (body(at) >= 0 !== node.negative ? next(at) : -1);
      }
      case 'behind':
        return (at) => (this.isBefore(node.set, at) !== node.negative ? next(at) : -1);
      case 'edge':
        return (at) => (this.isEdge(node.edge, at) ? next(at) : -1);
    }
  }

  private compileChoice(items: readonly PatternNode[], next: Step): Step {
    const choices = items.map((item) => this.compile(item, next));
    return (at) => {
      this.spend(1);
      for (const choice of choices) {
        const end = choice(at);
        if (end >= 0) return end;
      }
      return -1;
    };
  }

  /** A repeated set needs no recursion, however long the run. */
  private compileRun({ min, max, mode }: RepeatNode, set: CharSet, next: Step): Step {
    if (mode === 'lazy') return this.compileLazyRun(min, max, set, next);
    return (start) => {
      let at = start;
      let count = 0;
      for (; count < max; count++) {
        const units = set.unitsAt(this.text, at);
        if (units === 0) break;
        at += units;
      }
      this.spend(count + 1);
      if (count < min) return -1;
      if (mode === 'possessive') return next(at);
      for (;;) {
        const end = next(at);
        if (end >= 0) return end;
        if (count === min) return -1;
        this.spend(1);
        count--;
        at -= unitsBefore(this.text, at);
      }
    };
  }

  private compileLazyRun(min: number, max: number, set: CharSet, next: Step): Step {
    return (start) => {
      let at = start;
      for (let count = 0; ; count++) {
        this.spend(1);
        const end = count >= min ? next(at) : -1;
        if (end >= 0) return end;
        const units = count < max ? set.unitsAt(this.text, at) : 0;
        if (units === 0) return -1;
        at += units;
      }
    };
  }

  /** A repeated group. Its count and the start of its round are put back when the rest of the pattern fails. */
  private compileRepeat({ body, min, max, mode }: RepeatNode, next: Step): Step {
    const isPossessive = mode === 'possessive';
    let count = 0;
    let roundStart = -1;
    const leave: Step = (at) => {
      const saved = [count, roundStart] as const;
      const end = isPossessive ? at : next(at);
      [count, roundStart] = saved;
      return end;
    };
    const enter: Step = (at) => {
      const saved = [count, roundStart] as const;
      count++;
      roundStart = at;
      const end = round(at);
      [count, roundStart] = saved;
      return end;
    };
    const goOn: Step = (at) => {
      this.spend(1);
      const canEnter = count < max && (at !== roundStart || count < min);
      if (mode === 'lazy') {
        const end = count >= min ? leave(at) : -1;
        return end >= 0 || !canEnter ? end : enter(at);
      }
      const end = canEnter ? enter(at) : -1;
      return end >= 0 || count < min ? end : leave(at);
    };
    const round = this.compile(body, goOn);
    const whole: Step = (at) => {
      const saved = [count, roundStart] as const;
      [count, roundStart] = [0, -1];
      const end = goOn(at);
      [count, roundStart] = saved;
      return end;
    };
    return isPossessive ? andThen(whole, next) : whole;
  }

  private isBefore(set: CharSet, at: number): boolean {
    return at > 0 && set.unitsAt(this.text, at - unitsBefore(this.text, at)) > 0;
  }

  private isEdge(edge: Edge, at: number): boolean {
    const { text } = this;
    switch (edge) {
      case 'textStart':
        return at === 0;
      case 'textEnd':
        return at === text.length;
      case 'lineStart':
        return at === 0 || text[at - 1] === '\n';
      case 'lineEnd':
        return at === text.length || text[at] === '\n';
      case 'word':
      case 'noWord': {
        const changes = this.isBefore(wordCharacters, at) !== wordCharacters.unitsAt(text, at) > 0;
        return changes === (edge === 'word');
      }
    }
  }
}

function andThen(first: Step, next: Step): Step {
  return (at) => {
    const end = first(at);
    return end < 0 ? -1 : next(end);
  };
}

function isSet(node: PatternNode): boolean {
  return (
    node.kind === 'set' || (node.kind === 'sequence' && node.items.length === 1 && isSet(node.items[0]!))
  );
}

function setOf(node: PatternNode): CharSet {
  if (node.kind === 'set') return node.set;
  if (node.kind === 'sequence') return setOf(node.items[0]!);
  throw new TypeError(`${node.kind} is not a set`);
}

function unitsAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}

function unitsBefore(text: string, at: number): number {
  return at >= 2 && text.codePointAt(at - 2)! > 0xffff ? 2 : 1;
}
