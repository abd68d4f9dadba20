import { functionNames, identifiers } from '../banks';
import type { Family } from '../document';

/** Short programs in which a name that was declared is used. */
export const code: Family = {
  name: 'code',
  weight: 1.3,
  templates: [
    `def «fn»(«one», «two»):\n    return «=one:code.reuse» + «=two:code.reuse»`,
    `def «fn»(«one», «two»):\n    print(«=one:code.reuse», «=two:code.reuse»)`,
    `def «fn»(«one»):\n    «two» = «number»\n    return «=one:code.reuse» + «=two:code.reuse»`,
    `for «one» in «two»:\n    print(«=one:code.reuse»)`,
    `for «one» in «two»:\n    if «=one:code.reuse» > «number»:\n        print(«=one:code.reuse»)`,
    `«one» = «number»\nwhile «=one:code.reuse» < «number2»:\n    «=one:code.reuse» = «=one:code.reuse» + 1`,
    `if «one» > «two»:\n    «one» = «=two:code.reuse»`,
    `if «one» < «two»:\n    «one» = «=two:code.reuse»\n    print(«=one:code.reuse»)`,
    `let «one» = «number»;\nlet «two» = «=one:code.reuse» + «number2»;\nreturn «=two:code.reuse»;`,
    `let «one» = «number»;\nlet «two» = «=one:code.reuse»;\nprint(«=two:code.reuse»);`,
    `function «fn»(«one», «two») {\n    return «=one:code.reuse» - «=two:code.reuse»;\n}`,
    `function «fn»(«one», «two») {\n    print(«=one:code.reuse», «=two:code.reuse»);\n}`,
    `function «fn»(«one») {\n    let «two» = «=one:code.reuse» + «number»;\n    return «=two:code.reuse»;\n}`,
    `for (let «one» = «number»; «=one:code.reuse» < «two»; «=one:code.reuse»++) {\n    print(«=one:code.reuse»);\n}`,
    `while («one» < «two») {\n    «one» = «=one:code.reuse» + «number»;\n}`,
    `«one», «two» = «number», «number2»\nprint(«=one:code.reuse», «=two:code.reuse»)`,
    `class «Class»:\n    def «fn»(self, «one», «two»):\n        self.«=one:code.reuse» = «=one:code.reuse»\n        self.«=two:code.reuse» = «=two:code.reuse»`,
    // Held out whole.
    `def «fn»(«one», «two»):\n    return «=one:code.reuse» - «=two:code.reuse»`,
    `let «one» = «number»;\nlet «two» = «=one:code.reuse» + «number2»;\nprint(«=two:code.reuse»);`,
    `for «one» in «two»:\n    if «=one:code.reuse» < «number»:\n        print(«=one:code.reuse»)`,
  ].map((template) => `⟦language.code|${template}⟧`),
  draw(random) {
    const [one, two] = random.sample(identifiers, 2) as [string, string];
    const identifier = (text: string) => ({ text, tags: ['code.identifier'] });
    const number = () => ({ text: String(random.integer(1, 9)), tags: ['code.number'] });
    return {
      slots: {
        fn: random.pick(functionNames),
        one: identifier(one),
        two: identifier(two),
        number: number(),
        number2: number(),
        Class: random.pick(['Box', 'Item', 'Node', 'Table']),
      },
      pairs: [['one', 'two']],
    };
  },
};
