import { germanAdjectives, germanNouns, names } from '../banks';
import type { Family } from '../document';

const forms = {
  m: { ein: 'ein', der: 'der', mein: 'mein', er: 'er', Er: 'Er' },
  f: { ein: 'eine', der: 'die', mein: 'meine', er: 'sie', Er: 'Sie' },
  n: { ein: 'ein', der: 'das', mein: 'mein', er: 'es', Er: 'Es' },
};

/** German: the pronoun takes the grammatical gender of the noun. */
export const german: Family = {
  name: 'german',
  weight: 0.7,
  templates: [
    `Hier ist «ein» «noun» von «name». «=Er» ist sehr «adjective».`,
    `Hier ist «der» «noun» von «name». «=Er» ist «adjective».`,
    `Hier steht «ein» «noun» für «name», und «=er» ist «adjective».`,
    `Das ist «mein» «noun», sagt «name». «=Er» ist «adjective».`,
    `Das ist «der» «noun» von «name», und «=er» ist «adjective».`,
    `Wo ist «der» «noun» von «name»? «=Er» ist da.`,
    `Wo ist «mein» «noun», fragt «name». «=Er» ist nicht da.`,
    `Heute kommt «der» «noun» zu «name», weil «=er» «adjective» ist.`,
    `Heute fehlt «ein» «noun» bei «name», aber «=er» war «adjective».`,
    `Gestern war «der» «noun» bei «name». «=Er» war «adjective».`,
    `Gestern war «mein» «noun» bei «name», aber «=er» ist nicht da.`,
    `Für «name» ist «der» «noun» gut, weil «=er» «adjective» ist.`,
    `Für «name» ist «ein» «noun» gut. «=Er» ist «adjective».`,
    `Bei «name» ist «der» «noun» neu. «=Er» ist sehr «adjective».`,
    `Bei «name» steht «mein» «noun», weil «=er» «adjective» ist.`,
    `Dort ist «der» «noun», und «name» sagt, «=er» ist «adjective».`,
    `Dort steht «ein» «noun», und «name» fragt, ob «=er» «adjective» ist.`,
    // Held out whole.
    `Dort ist «der» «noun» von «name». «=Er» ist sehr «adjective».`,
    `Gestern war «ein» «noun» bei «name», aber «=er» war «adjective».`,
    `Hier steht «der» «noun» für «name», weil «=er» «adjective» ist.`,
  ].map((template) => `⟦language.german|${template}⟧`),
  draw(random) {
    const gender = random.pick(['m', 'f', 'n'] as const);
    const noun = random.pick(germanNouns[gender]);
    return {
      slots: {
        ...forms[gender],
        noun: { text: noun, tags: [`german.noun_${gender}`] },
        adjective: random.pick(germanAdjectives),
        name: random.pick(names),
      },
      pairs: [
        ['noun', 'name'],
        ['noun', 'adjective'],
      ],
    };
  },
};
