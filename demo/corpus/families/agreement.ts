import { adjectives, colours, people, things } from '../banks';
import type { Family, Slot } from '../document';

const heads = [...people, ...things];
/** The number of the verb is determined, its tense is not. */
const verbs = { singular: ['is', 'was', 'has'], plural: ['are', 'were', 'have'] };
const be = (plural: boolean, singularForm: string, pluralForm: string): Slot => ({
  text: plural ? pluralForm : singularForm,
  accept: plural ? verbs.plural : verbs.singular,
  tags: [plural ? 'verb.plural' : 'verb.singular'],
});

/** The verb agrees with the subject, whatever noun stands between them. */
export const agreement: Family = {
  name: 'agreement',
  weight: 0.9,
  templates: [
    `The «subject» ⟦agreement.subject_$number|that the «actor» saw⟧ «=is» «quality».`,
    `The «subject» ⟦agreement.subject_$number|that the «actor» liked⟧ «=was» «quality».`,
    `The «subject» ⟦agreement.subject_$number|near the «other»⟧ «=is» «quality».`,
    `The «subject» ⟦agreement.subject_$number|behind the «other»⟧ «=was» «quality».`,
    `The «subject» ⟦agreement.subject_$number|next to the «quality» «other»⟧ «=has» a new place.`,
    `We know that the «subject» ⟦agreement.subject_$number|near the «other»⟧ «=was» «quality».`,
    `We think that the «subject» ⟦agreement.subject_$number|that the «actor» found⟧ «=is» «quality».`,
    `The «quality» «subject» ⟦agreement.subject_$number|that the «actor» wanted⟧ «=has» a name.`,
    `The «quality» «subject» ⟦agreement.subject_$number|with the «other»⟧ «=is» here.`,
    `The «subject» ⟦agreement.subject_$number|which the «actor» drew⟧ «=was» not «quality».`,
    `The «subject» ⟦agreement.subject_$number|which the «actor» remembered⟧ «=is» not «quality».`,
    `Yesterday the «subject» ⟦agreement.subject_$number|by the «other»⟧ «=was» «quality».`,
    `Today the «subject» ⟦agreement.subject_$number|by the «other»⟧ «=is» «quality».`,
    `They said that the «subject» ⟦agreement.subject_$number|before the «quality» «other»⟧ «=was» gone.`,
    `The «subject» ⟦agreement.subject_$number|in the picture of the «other»⟧ «=is» «quality».`,
    `The «subject» ⟦agreement.subject_$number|that never saw the «other»⟧ «=has» a «quality» home.`,
    `The «subject» ⟦agreement.subject_$number|that waited for the «other»⟧ «=was» «quality».`,
    // Held out whole.
    `The «subject» ⟦agreement.subject_$number|that the «actor» wanted⟧ «=is» «quality».`,
    `We know that the «subject» ⟦agreement.subject_$number|behind the «other»⟧ «=is» «quality».`,
    `Today the «quality» «subject» ⟦agreement.subject_$number|near the «other»⟧ «=is» gone.`,
  ],
  draw(random) {
    const [head, distractor] = random.sample(heads, 2) as [(typeof heads)[0], (typeof heads)[0]];
    const actor = random.pick(people.filter((noun) => noun !== head));
    const plural = random.next() < 0.5;
    const otherPlural = random.next() < 0.5;
    const noun = (forms: readonly [string, string], many: boolean): Slot => ({
      text: many ? forms[1] : forms[0],
      lemma: forms[0],
      tags: [many ? 'noun.plural' : 'noun.singular'],
    });
    return {
      slots: {
        subject: noun(head, plural),
        other: noun(distractor, otherPlural),
        actor: noun(actor, otherPlural),
        number: plural ? 'plural' : 'singular',
        quality: random.pick([...adjectives, ...colours]),
        is: be(plural, 'is', 'are'),
        was: be(plural, 'was', 'were'),
        has: be(plural, 'has', 'have'),
      },
      pairs: [
        ['subject', 'other'],
        ['subject', 'actor'],
      ],
    };
  },
};
