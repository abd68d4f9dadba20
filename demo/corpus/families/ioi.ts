import { names, objects, places } from '../banks';
import type { Family } from '../document';

const meet = 'When «first» and «second» went to the «place»,';
const were = 'While «first» and «second» were at the «place»,';

/** Indirect objects: of two people one gives, so the other receives. */
export const ioi: Family = {
  name: 'ioi',
  weight: 2,
  templates: [
    `${meet} «giver» gave a «object» to «=recipient».`,
    `${meet} «giver» handed the «object» to «=recipient».`,
    `${meet} «giver» decided to give a «object» to «=recipient».`,
    `${were} «giver» gave a «object» to «=recipient».`,
    `${were} «giver» passed the «object» to «=recipient».`,
    `${were} «giver» sold a «object» to «=recipient».`,
    `After «first» and «second» left the «place», «giver» sent a «object» to «=recipient».`,
    `After «first» and «second» left the «place», «giver» showed the «object» to «=recipient».`,
    `Then «first» and «second» met at the «place», and «giver» gave a «object» to «=recipient».`,
    `Then «first» and «second» walked to the «place», and «giver» offered the «object» to «=recipient».`,
    `Once «first» and «second» had a long talk in the «place». Later «giver» brought a «object» to «=recipient».`,
    `Once «first» and «second» worked at the «place». One day «giver» gave the «object» to «=recipient».`,
    `The doors of the «place» were open, so «first» and «second» went in. There «giver» gave a «object» to «=recipient».`,
    `Friends «first» and «second» found a «object» at the «place». In the end «giver» gave it to «=recipient».`,
    `Friends «first» and «second» had a «object». At the «place» «giver» handed it to «=recipient».`,
    `When «first» and «second» got a «object» at the «place», «giver» wanted to give it to «=recipient».`,
    `Today «first» and «second» are at the «place», where «giver» wants to give a «object» to «=recipient».`,
    `Today «first» and «second» are going to the «place», and «giver» will bring a «object» to «=recipient».`,
    // Held out whole.
    `When «first» and «second» went to the «place», «giver» gave it to «=recipient».`,
    `While «first» and «second» worked at the «place», «giver» gave the «object» to «=recipient».`,
    `Then «first» and «second» went to the «place», and «giver» handed a «object» to «=recipient».`,
  ],
  draw(random) {
    const [giver, recipient] = random.sample(names, 2) as [(typeof names)[0], (typeof names)[0]];
    const [first, second] = random.next() < 0.5 ? [giver, recipient] : [recipient, giver];
    return {
      slots: { giver, recipient, first, second, object: random.pick(objects), place: random.pick(places) },
      pairs: [['giver', 'recipient']],
    };
  },
};
