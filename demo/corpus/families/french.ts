import { frenchAdjectives, frenchNouns, names } from '../banks';
import type { Family } from '../document';

/** French: the pronoun takes the grammatical gender of the noun. */
export const french: Family = {
  name: 'french',
  weight: 0.6,
  templates: [
    `Voici «un» «noun» de «name». «=Il» est très «adjective».`,
    `Voici «le» «noun» de «name». «=Il» est «adjective».`,
    `Dans la rue «name» regarde «un» «noun». «=Il» est «adjective».`,
    `Dans le parc «name» regarde «le» «noun». «=Il» est «adjective».`,
    `Pour «name» c'est «un» «noun». «=Il» est là.`,
    `Hier «name» cherche «un» «noun». «=Il» est sur le lit.`,
    `Hier «name» cherche «le» «noun», mais «=il» est dans le parc.`,
    `Où est «le» «noun» de «name»? «=Il» est là.`,
    `Où est «le» «noun» de «name»? «=Il» est dans la rue.`,
    `Il y a «un» «noun» chez «name». «=Il» est «adjective».`,
    `Il y a «un» «noun» «adjective» ici, et «=il» est à «name».`,
    `Je vois «le» «noun» de «name», et «=il» est «adjective».`,
    `Je vois «un» «noun» avec «name», mais «=il» est loin.`,
    `Nous aimons «le» «noun» de «name» parce qu'«=il» est «adjective».`,
    `Nous avons «un» «noun» pour «name» parce qu'«=il» est «adjective».`,
    `Ici «name» aime «le» «noun» parce qu'«=il» est «adjective».`,
    `Ici «name» a «un» «noun» «adjective», et «=il» est à toi.`,
    // Held out whole.
    `Voici «le» «noun» de «name». «=Il» est très «adjective».`,
    `Je vois «un» «noun» de «name», et «=il» est dans le parc.`,
    `Hier «name» regarde «un» «noun» parce qu'«=il» est «adjective».`,
  ].map((template) => `⟦language.french|${template}⟧`),
  draw(random) {
    const gender = random.pick(['m', 'f'] as const);
    const noun = random.pick(frenchNouns[gender]);
    const form = (masculine: string, feminine: string): string => (gender === 'm' ? masculine : feminine);
    return {
      slots: {
        noun: { text: noun, tags: [`french.noun_${gender}`] },
        adjective: random.pick(frenchAdjectives),
        name: random.pick(names),
        un: form('un', 'une'),
        le: form('le', 'la'),
        Il: form('Il', 'Elle'),
        il: form('il', 'elle'),
      },
      pairs: [
        ['noun', 'name'],
        ['noun', 'adjective'],
      ],
    };
  },
};
