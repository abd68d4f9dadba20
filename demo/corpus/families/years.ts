import { events, names } from '../banks';
import type { Family } from '../document';

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** An event ends in a later year of the century in which it began: any two digits greater than the first are right. */
export const years: Family = {
  name: 'years',
  weight: 0.8,
  templates: [
    `The «event» lasted from the year «from» to the year «to».`,
    `The «event» went on from «from» to «to».`,
    `The «event» began in «from» and ended in «to».`,
    `The «event» started in the year «from» and was over in the year «to».`,
    `A «event» that began in «from» came to its end in «to».`,
    `From «from» to «to» there was a «event».`,
    `The old «event» ran from the year «from» to the year «to».`,
    `When the «event» of «from» was over, it was «to».`,
    `The museum shows the «event» from «from» to «to».`,
    `The book of «name» is about the «event» from «from» to «to».`,
    `In school «name» read that the «event» began in «from» and ended in «to».`,
    `It was «from» when the «event» began and «to» when it ended.`,
    `The people saw a «event» between the years «from» and «to».`,
    `The «event» opened in «from» and closed in «to».`,
    `The painter «name» was born in «from» and died in «to».`,
    `The king built a church from «from» to «to», in the time of the «event».`,
    `The great «event» was in the years «from» to «to».`,
    // Held out whole.
    `The «event» lasted from «from» to «to».`,
    `The museum shows the «event» that began in «from» and ended in «to».`,
    `In the year «from» there was a «event», and it was over in the year «to».`,
  ],
  draw(random) {
    const century = String(random.integer(11, 19));
    const start = random.integer(2, 92);
    const later = Array.from({ length: 99 - start }, (_, i) => twoDigits(start + 1 + i));
    const half = start < 50 ? 'year.first_half' : 'year.second_half';
    return {
      slots: {
        event: { text: random.pick(events), tags: ['word.event'] },
        name: random.pick(names),
        from: `«century»«start»`,
        to: `«=sameCentury»«=end»`,
        century: { text: century, tags: ['year.century'] },
        sameCentury: { text: century, tags: ['year.century'] },
        start: { text: twoDigits(start), tags: [half] },
        end: { text: random.pick(later), accept: later },
      },
      pairs: [
        ['event', 'start'],
        ['name', 'start'],
      ],
    };
  },
};
