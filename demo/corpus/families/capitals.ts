import { capitals as facts, names } from '../banks';
import type { Family, Slot } from '../document';

const country = (text: string): Slot => ({ text, tags: ['word.country'] });
const capital = (text: string): Slot => ({ text, tags: ['word.capital'] });

/** Countries and their capitals; every document has two countries, and it is the pair that is held out. */
export const capitals: Family = {
  name: 'capitals',
  weight: 1,
  templates: [
    `The capital of «country» is «=capital», and the capital of «other» is «=otherCapital».`,
    `The capital of «country» is «=capital». It is far from «other» and its capital, «=otherCapital».`,
    `In «country» the capital is «=capital». In «other» the capital is «=otherCapital».`,
    `The city of «capital» is the capital of «=country». The city of «otherCapital» is the capital of «=other».`,
    `When «name» moved from «country» to «other», the old home was in «=capital» and the new one is in «=otherCapital».`,
    `When «name» flew to «country» and «other», both capitals, «=capital» and «=otherCapital», were full.`,
    `Every year «name» goes to «country» to see its capital, «=capital», and to «other» to see its capital, «=otherCapital».`,
    `The king of «country» lives in the capital, «=capital». The queen of «other» lives in the capital, «=otherCapital».`,
    `The people of «country» love their capital, «=capital». The people of «other» love their capital, «=otherCapital».`,
    `The museum of «capital» is in «=country». The museum of «otherCapital» is in «=other».`,
    `The trains from «capital» in «=country» go to «otherCapital» in «=other».`,
    `First «name» went to «capital», the capital of «=country». Then «name» went to «otherCapital», the capital of «=other».`,
    `The capital city of «country» is named «=capital», and the capital city of «other» is named «=otherCapital».`,
    `A letter from «capital», the capital of «=country», came to «otherCapital», the capital of «=other».`,
    `A map of «country» shows its capital, «=capital». A map of «other» shows its capital, «=otherCapital».`,
    `If you visit «country», see the capital, «=capital». If you visit «other», see the capital, «=otherCapital».`,
    `What is the capital of «country»? It is «=capital». What is the capital of «other»? It is «=otherCapital».`,
    // Held out whole.
    `The capital of «country» is «=capital». The capital of «other» is «=otherCapital».`,
    `When «name» went to «country», «name» saw its capital, «=capital». In «other» the capital is «=otherCapital».`,
    `A train from «capital», the capital of «=country», came to «otherCapital», the capital of «=other».`,
  ],
  draw(random) {
    const [one, two] = random.sample(facts, 2) as [(typeof facts)[0], (typeof facts)[0]];
    return {
      slots: {
        country: country(one[0]),
        capital: capital(one[1]),
        other: country(two[0]),
        otherCapital: capital(two[1]),
        name: random.pick(names),
      },
      pairs: [['country', 'other']],
    };
  },
};
