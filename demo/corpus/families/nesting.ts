import { names, objects, places } from '../banks';
import type { Family } from '../document';

const inner = 'must bring the «object» to the «place» now';

const marks = {
  dot: '.',
  dotQuote: '."',
  dotParenthesis: '.)',
  dotSquare: '.]',
  ask: '?',
  askQuote: '?"',
  askParenthesis: '?)',
  askSquare: '?]',
};

/**
 * Quotations and brackets. A sentence of this family always ends on "now", so what is open there says which marks close it;
 * after the word "end" a row of brackets closes in the reverse of the order in which it was opened.
 */
export const nesting: Family = {
  name: 'nesting',
  weight: 1.2,
  templates: [
    `Then «name» said, "⟦inside_quote|I think «other» ${inner}⟧«=dotQuote»`,
    `Then «name» ${inner}«=dot»`,
    `(⟦inside_parenthesis|I think «name» ${inner}⟧«=dotParenthesis»`,
    `[⟦inside_square_bracket|I think «name» ${inner}⟧«=dotSquare»`,
    `Then «name» asked, "⟦inside_quote|Who ${inner}⟧«=askQuote»`,
    `Who ${inner}«=ask»`,
    `(⟦inside_parenthesis|Who ${inner}⟧«=askParenthesis»`,
    `[⟦inside_square_bracket|Who ${inner}⟧«=askSquare»`,
    `"⟦inside_quote|We ${inner}⟧«=dotQuote» said «name».`,
    `(⟦inside_parenthesis|We ${inner}⟧«=dotParenthesis» It was a note of «name».`,
    `[⟦inside_square_bracket|We ${inner}⟧«=dotSquare» It was a note of «name».`,
    `We ${inner}«=dot» It was a note of «name».`,
    `Then «name» wrote (⟦inside_parenthesis|in a letter⟧) that «other» ${inner}«=dot»`,
    `Then «name» said (⟦inside_parenthesis|in the «place»⟧), "⟦inside_quote|I think «other» ${inner}⟧«=dotQuote»`,
    `Then «name» wrote [⟦inside_square_bracket|to «other»⟧], "⟦inside_quote|We ${inner}⟧«=dotQuote»`,
    `«open1» «a» «open2» ⟦bracket_depth_2|«b»⟧ end «=close2» ⟦after_centre|«=a2» «=close1»⟧`,
    `«open1» «a» «open2» ⟦bracket_depth_2|«b» «open3» ⟦bracket_depth_3|«c»⟧ end «=close3» ⟦after_centre|«=b2» «=close2» «=a2» «=close1»⟧⟧`,
    `«open1» ⟦bracket_depth_1|«a» «b»⟧ end «=close1»`,
    `open «open1» «a» «open2» ⟦bracket_depth_2|«b»⟧ end «=close2» ⟦after_centre|«=a2» «=close1»⟧ «name»`,
    `open «open1» «a» «open2» ⟦bracket_depth_2|«b» «open3» ⟦bracket_depth_3|«c»⟧ end «=close3» ⟦after_centre|«=b2» «=close2» «=a2» «=close1»⟧⟧ «name»`,
    // Held out whole.
    `Then «name» said to «other», "⟦inside_quote|We ${inner}⟧«=dotQuote»`,
    `(⟦inside_parenthesis|I think «name» and «other» ${inner}⟧«=dotParenthesis»`,
    `Then «name» has «open1» «a» «open2» ⟦bracket_depth_2|«b»⟧ end «=close2» ⟦after_centre|«=a2» «=close1»⟧`,
  ],
  draw(random) {
    const [name, other] = random.sample(names, 2) as [(typeof names)[0], (typeof names)[0]];
    const [a, b, c] = random.sample(objects, 3) as [
      (typeof objects)[0],
      (typeof objects)[0],
      (typeof objects)[0],
    ];
    const brackets = random.sample(['()', '[]', '{}', '<>'], 3) as [string, string, string];
    const bracket = (index: 0 | 1 | 2, side: 0 | 1): string => brackets[index][side]!;
    return {
      slots: {
        name,
        other,
        object: a,
        place: random.pick(places),
        a,
        b,
        c,
        a2: a,
        b2: b,
        open1: bracket(0, 0),
        open2: bracket(1, 0),
        open3: bracket(2, 0),
        ...marks,
        close1: bracket(0, 1),
        close2: bracket(1, 1),
        close3: bracket(2, 1),
      },
      pairs: [
        ['object', 'place'],
        ['a', 'b'],
      ],
    };
  },
};
