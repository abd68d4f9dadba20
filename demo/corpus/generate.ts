import { hashText, Random } from '../random';
import {
  heldOutTemplates,
  type CorpusDocument,
  type Draw,
  type Family,
  type Side,
  type Slot,
} from './document';
import { families } from './families/index';
import { renderTemplate, type Rendered } from './template';

/** One combination of contents in eight is held out. */
const heldOutShare = 8;

const lemma = (slot: Slot | string | undefined): string =>
  typeof slot === 'string' ? slot : (slot?.lemma ?? slot?.text ?? '');

/** The combinations of contents that a document holds, each as `family:one+two` with its two parts in order. */
export function combinations(family: string, draw: Draw, used: ReadonlySet<string>): string[] {
  return draw.pairs
    .filter((pair) => pair.every((slot) => used.has(slot)))
    .map(
      (pair) =>
        `${family}:${pair
          .map((slot) => lemma(draw.slots[slot]))
          .sort()
          .join('+')}`,
    );
}

/** Whether a combination belongs to the held-out side; the same for every seed. */
export function isHeldOut(combination: string): boolean {
  return hashText(combination) % heldOutShare === 0;
}

function onSide(family: Family, draw: Draw, rendered: Rendered, heldOut: boolean): boolean {
  return combinations(family.name, draw, rendered.used).some(isHeldOut) === heldOut;
}

/**
 * One document of a family on the wanted side of the split. A held-out template may hold any combination; a held-out combination is
 * looked for in every training template, because some hold no combination at all.
 */
export function generate(family: Family, side: Side, random: Random): CorpusDocument {
  let index = templateIndex(family, side, random);
  for (;;) {
    const draw = family.draw(random);
    const rendered = renderTemplate(family.name, family.templates[index]!, draw.slots);
    if (side === 'template' || onSide(family, draw, rendered, side === 'combination')) {
      const { text, tags, answers } = rendered;
      return { family: family.name, template: `${family.name}/${index}`, side, text, tags, answers };
    }
    if (side === 'combination') index = templateIndex(family, side, random);
  }
}

function templateIndex({ templates }: Family, side: Side, random: Random): number {
  const training = templates.length - heldOutTemplates;
  return side === 'template'
    ? random.integer(training, templates.length - 1)
    : random.integer(0, training - 1);
}

/** How much more often than usual some families are drawn, by name. */
export type Emphasis = Readonly<Record<string, number>>;

function pickFamily(random: Random, emphasis: Emphasis): Family {
  const weight = ({ name, weight }: Family): number => weight * (emphasis[name] ?? 1);
  let at = random.next() * families.reduce((sum, family) => sum + weight(family), 0);
  for (const family of families) {
    at -= weight(family);
    if (at < 0) return family;
  }
  return families[0]!;
}

/** Training documents of all families without end, in an order that the seed fixes. */
export function* trainDocuments(seed: number, emphasis: Emphasis = {}): Generator<CorpusDocument, never> {
  const random = new Random(hashText(`train ${seed}`));
  for (;;) yield generate(pickFamily(random, emphasis), 'train', random);
}

/** `count` held-out documents, the families in turn; every fourth one of a family has a held-out template too. */
export function heldOutDocuments(seed: number, count: number): CorpusDocument[] {
  const random = new Random(hashText(`held out ${seed}`));
  return Array.from({ length: count }, (_, i) => {
    const side = Math.floor(i / families.length) % 4 === 3 ? 'template' : 'combination';
    return generate(families[i % families.length]!, side, random);
  });
}
