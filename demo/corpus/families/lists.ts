import { foods, names, objects } from '../banks';
import type { Family, Slot } from '../document';

const countWords = ['three', 'four', 'five', 'six'];

/** One line per item, its number determined; after as many items as were announced the closing line follows. */
function lines(items: readonly Slot[]): string {
  const line = (_: Slot, i: number): string =>
    i === 0
      ? `⟦list.number|1⟧⟦list.number_period|.⟧ ⟦list.item|«item1»⟧`
      : `«=number${i + 1}:list.number»⟦list.number_period|.⟧ ⟦list.item_after_first|«item${i + 1}»⟧`;
  return items.map(line).join('\n');
}

/** Numbered lists of an announced length. */
export const lists: Family = {
  name: 'lists',
  weight: 0.8,
  templates: [
    `«name» needs «count» things:\n«lines»\n«=That» is all.`,
    `«name» wants «count» things:\n«lines»\n«=That» is all.`,
    `«name» bought «count» things:\n«lines»\n«=That» was it.`,
    `«name» lost «count» things:\n«lines»\n«=That» was it.`,
    `Bring «count» things:\n«lines»\n«=That» is all, «name».`,
    `Find «count» things:\n«lines»\n«=That» is all, «name».`,
    `Here are «count» things for «name»:\n«lines»\n«=That» is all.`,
    `There are «count» things at home:\n«lines»\n«=That» is all, «name».`,
    `A list of «count» things for «name»:\n«lines»\n«=That» is all.`,
    `The «count» best things of «name»:\n«lines»\n«=That» is all.`,
    `For the cake take «count» things:\n«lines»\n«=That» is all, «name».`,
    `For the soup «name» takes «count» things:\n«lines»\n«=That» is all.`,
    `We sell «count» things:\n«lines»\n«=That» is all, «name».`,
    `In the bag of «name» are «count» things:\n«lines»\n«=That» is all.`,
    `On the table of «name» are «count» things:\n«lines»\n«=That» was it.`,
    `«name» said to buy «count» things:\n«lines»\n«=That» was it.`,
    `Please bring «name» «count» things:\n«lines»\n«=That» is all.`,
    // Held out whole.
    `Please find «count» things for «name»:\n«lines»\n«=That» is all.`,
    `«name» bought «count» things at home:\n«lines»\n«=That» is all.`,
    `A list of «count» things to buy:\n«lines»\n«=That» is all, «name».`,
  ].map((template) => (template.startsWith('«name»') ? `Today ${template}` : template)),
  draw(random) {
    const count = random.integer(3, 6);
    const items = random.sample([...foods, ...objects], count);
    const slots: Record<string, Slot | string> = {
      name: random.pick(names),
      count: { text: countWords[count - 3]!, tags: ['word.count'] },
      lines: lines(items),
      That: 'That',
    };
    for (const [i, item] of items.entries()) {
      slots[`item${i + 1}`] = item;
      slots[`number${i + 1}`] = String(i + 1);
    }
    const pairs = items.slice(1).map((_, i) => [`item${i + 1}`, `item${i + 2}`] as const);
    return { slots, pairs };
  },
};
