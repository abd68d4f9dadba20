import { names, negativeFeelings, positiveFeelings } from '../banks';
import type { Family } from '../document';

const good = [
  'won a prize',
  'found a coin',
  'got a kind letter',
  'made a new friend',
  'ate a sweet cake',
  'had a warm bath',
  'sang a nice song',
  'saw the sun rise',
  'got a present',
  'passed the test',
  'danced all night',
  'came home safe',
];
const bad = [
  'lost the key',
  'broke a leg',
  'got a cruel letter',
  'had a bad dream',
  'fell in the mud',
  'missed the train',
  'failed the test',
  'burned the soup',
  'hurt a hand',
  'heard a scream',
  'had no money',
  'was left alone',
];

/** Small stories: what happened decides how the person feels. */
export const sentiment: Family = {
  name: 'sentiment',
  weight: 0.7,
  templates: [
    `One day «name» «event». ⟦sentiment.$mood|Then «name» «later». In the end «name» felt «=feeling».⟧`,
    `One day «name» «event». ⟦sentiment.$mood|After that «name» «later» and felt «=feeling».⟧`,
    `Yesterday «name» «event» and «later». ⟦sentiment.$mood|Now «name» is «=feeling».⟧`,
    `Yesterday «name» «event». ⟦sentiment.$mood|Today «name» is «=feeling».⟧`,
    `This morning «name» «event». ⟦sentiment.$mood|Then «name» «later». All day «name» was «=feeling».⟧`,
    `This morning «name» «event». ⟦sentiment.$mood|It made «name» «=feeling».⟧`,
    `When «name» «event», ⟦sentiment.$mood|everyone could see that «name» was «=feeling».⟧`,
    `When «name» «event» and «later», ⟦sentiment.$mood|«name» became «=feeling».⟧`,
    `Because «name» «event», ⟦sentiment.$mood|«name» is «=feeling» today.⟧`,
    `Because «name» «event», ⟦sentiment.$mood|the friends of «name» are «=feeling».⟧`,
    `Last night «name» «event». ⟦sentiment.$mood|Then «name» «later» and was «=feeling».⟧`,
    `Last night «name» «event». ⟦sentiment.$mood|The night made «name» «=feeling».⟧`,
    `Last week «name» «event» and «later». ⟦sentiment.$mood|It was a time to be «=feeling».⟧`,
    `Last week «name» «event». ⟦sentiment.$mood|Now the whole house is «=feeling».⟧`,
    `On the way home «name» «event». ⟦sentiment.$mood|So «name» was «=feeling».⟧`,
    `On the way home «name» «event» and «later». ⟦sentiment.$mood|How «=feeling» «name» was!⟧`,
    `After «name» «event», ⟦sentiment.$mood|«name» felt «=feeling».⟧`,
    // Held out whole.
    `Last night «name» «event». ⟦sentiment.$mood|In the end «name» felt «=feeling».⟧`,
    `This morning «name» «event» and «later». ⟦sentiment.$mood|Now «name» is «=feeling».⟧`,
    `When «name» «event», ⟦sentiment.$mood|it made «name» «=feeling».⟧`,
  ],
  draw(random) {
    const positive = random.next() < 0.5;
    const feelings = positive ? positiveFeelings : negativeFeelings;
    const [event, later] = random.sample(positive ? good : bad, 2) as [string, string];
    const mood = positive ? 'positive' : 'negative';
    return {
      slots: {
        name: random.pick(names),
        event: { text: event, tags: [`sentiment.${mood}_event`] },
        later: { text: later, tags: [`sentiment.${mood}_event`] },
        mood,
        feeling: { text: random.pick(feelings), accept: feelings, tags: [`feeling.${mood}`] },
      },
      pairs: [['name', 'event']],
    };
  },
};
