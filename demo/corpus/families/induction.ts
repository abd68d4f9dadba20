import { names, objects } from '../banks';
import type { Family } from '../document';

const row = '«a» «b» «c» «d» «e»';
const again = '⟦induction.second_round|«a» «=b» «=c» «=d» «=e»⟧';
const longRow = '«a» «b» «c» «d» «e» «f» «g»';
const longAgain = '⟦induction.second_round|«a» «=b» «=c» «=d» «=e» «=f» «=g»⟧';
const owners = '«a» has the «x». «b» has the «y». «c» has the «z».';

const pairs = ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'ax', 'by', 'cz'].map(
  (two) => [two[0]!, two[1]!] as const,
);

/** Rows of random names that come again, and owners of things that are asked for again. */
export const induction: Family = {
  name: 'induction',
  weight: 2.2,
  templates: [
    `Names: ${row}. Again: ${again}.`,
    `Names: ${longRow}. Again: ${longAgain}.`,
    `The row is ${row} and once more ${again}.`,
    `The row is ${longRow} and once more ${longAgain}.`,
    `First came ${row}. Then came ${again}.`,
    `First came ${longRow}. Then came ${longAgain}.`,
    `In the school: ${row}. In the garden: ${again}.`,
    `In the morning: ${row}. In the evening: ${again}.`,
    `Team one is ${row}. Team two is ${again}.`,
    `They call ${longRow}, then they call ${longAgain}.`,
    `We saw ${row}, and the next day we saw ${again}.`,
    `List ${row} then ${again} then ${again}.`,
    `Here «a» has the «x». «b» has the «y». «c» has the «z». So «b» has the «=y».`,
    `Here «a» has the «x». «b» has the «y». «c» has the «z». So «a» has the «=x».`,
    `Here «a» has the «x». «b» has the «y». «c» has the «z». So «c» has the «=z».`,
    `Today ${owners} We know that «b» has the «=y» and that «a» has the «=x».`,
    `Today ${owners} We know that «a» has the «=x» and that «c» has the «=z».`,
    // Held out whole.
    `Names: ${row}. Then came ${again}.`,
    `In the school: ${longRow}. In the evening: ${longAgain}.`,
    `Today «a» has the «x». «b» has the «y». «c» has the «z». So «b» has the «=y».`,
  ],
  draw(random) {
    const [a, b, c, d, e, f, g] = random.sample(names, 7);
    const [x, y, z] = random.sample(objects, 3);
    return {
      slots: { a: a!, b: b!, c: c!, d: d!, e: e!, f: f!, g: g!, x: x!, y: y!, z: z! },
      pairs,
    };
  },
};
