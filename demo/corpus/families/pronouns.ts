import { females, names, objects, places } from '../banks';
import type { Family } from '../document';

/** A pronoun takes the gender of the one person it can stand for. */
export const pronouns: Family = {
  name: 'pronouns',
  weight: 1.3,
  templates: [
    `One day «name» went to the «place» because «=subject» wanted a «object».`,
    `One day «name» was late because «=subject» had lost a «object» at the «place».`,
    `One day «name» sold the «object» at the «place» because «=subject» did not need it.`,
    `One day «name» took the «object» to the «place», and then «=subject» came home.`,
    `One day «name» saw a «object» at the «place», and then «=subject» bought it.`,
    `One day «name» wanted a «object», so «=subject» went to the «place».`,
    `One day «name» had a «object», so «=subject» was happy at the «place».`,
    `One day «name» came from the «place» with a «object». Then «=subject» sat down.`,
    `One day «name» found a «object» near the «place». Then «=subject» took it home.`,
    `When «name» was at the «place», «=subject» saw a «object».`,
    `When «name» lost the «object», «=subject» went to the «place».`,
    `If «name» needs a «object», «=subject» can go to the «place».`,
    `After «name» got the «object», «=subject» left the «place».`,
    `At the «place» «name» said that «=subject» had a «object».`,
    `At the «place» «name» thinks that «=subject» needs a «object».`,
    `The teacher told «name» at the «place» that «=subject» could take the «object».`,
    `Yesterday «name» walked to the «place» because «=subject» wanted to see the «object».`,
    // Held out whole.
    `One day «name» walked to the «place» because «=subject» wanted a «object».`,
    `When «name» came to the «place», «=subject» found a «object».`,
    `At the «place» «name» lost a «object», so «=subject» went home.`,
  ],
  draw(random) {
    const name = random.pick(names);
    const female = females.includes(name);
    return {
      slots: {
        name,
        object: random.pick(objects),
        place: random.pick(places),
        subject: { text: female ? 'she' : 'he', tags: [female ? 'pronoun.female' : 'pronoun.male'] },
      },
      pairs: [['name', 'object']],
    };
  },
};
