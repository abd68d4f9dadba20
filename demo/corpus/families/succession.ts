import { months, names, weekdays } from '../banks';
import type { Family, Slot } from '../document';

const day = (index: number): Slot => ({ text: weekdays[(index + 7) % 7]!, tags: ['word.weekday'] });
const month = (index: number): Slot => ({ text: months[(index + 12) % 12]!, tags: ['word.month'] });

/** What comes after and before a day of the week or a month. */
export const succession: Family = {
  name: 'succession',
  weight: 1,
  templates: [
    `If today is «day» for «name», then tomorrow is «=nextDay».`,
    `For «name» the day after «day» is «=nextDay», and the month after «month» is «=nextMonth».`,
    `For «name» the day before «day» is «=previousDay», and the month before «month» is «=previousMonth».`,
    `The days that «name» likes are «day», «=nextDay» and «=laterDay».`,
    `The months that «name» likes are «month», «=nextMonth» and «=laterMonth».`,
    `On «day» «name» worked. On the next day, «=nextDay», «name» went to the beach.`,
    `In «month» «name» worked. In the next month, «=nextMonth», «name» went to the river.`,
    `On «day» «name» was at home. On the day before, «=previousDay», «name» was at school.`,
    `In «month» «name» was at home. In the month before, «=previousMonth», «name» was at school.`,
    `When «name» asked what comes after «month», the teacher said it was «=nextMonth».`,
    `When «name» asked what comes after «day», the teacher said it was «=nextDay».`,
    `When «name» asked what comes before «day», the teacher said it was «=previousDay».`,
    `When «name» asked what comes before «month», the teacher said it was «=previousMonth».`,
    `A train left on «day» with «name» and came a day later, on «=nextDay».`,
    `A boat left in «month» with «name» and came a month later, in «=nextMonth».`,
    `The work of «name» goes from «day» to the day after, «=nextDay», and then to «=laterDay».`,
    `The work of «name» goes from «month» to the month after, «=nextMonth», and then to «=laterMonth».`,
    // Held out whole.
    `The day after «day» is «=nextDay», and «name» worked.`,
    `In «month» «name» was at school. In the next month, «=nextMonth», «name» was at home.`,
    `When «name» asked, the teacher said that the day before «day» is «=previousDay».`,
  ],
  draw(random) {
    const d = random.integer(0, 6);
    const m = random.integer(0, 11);
    return {
      slots: {
        name: random.pick(names),
        day: day(d),
        nextDay: day(d + 1),
        laterDay: day(d + 2),
        previousDay: day(d - 1),
        month: month(m),
        nextMonth: month(m + 1),
        laterMonth: month(m + 2),
        previousMonth: month(m - 1),
      },
      pairs: [
        ['name', 'day'],
        ['name', 'month'],
      ],
    };
  },
};
