import type { Slot } from './document';

const words = (list: string): readonly string[] => list.trim().split(/\s+/u);
const tagged = (list: readonly string[], ...tags: string[]): readonly Slot[] =>
  list.map((text) => ({ text, tags }));

/** First names; every one of them is a single token after a space. */
export const femaleNames = words(
  `Mary Anna Lucy Emma Alice Sarah Laura Julia Emily Helen Clara Nora Ruth Jane Kate Lisa Maria Susan Betty Diana Ella Eva
  Fiona Gina Irene Karen Linda Molly Nancy Olga Paula Rita Sofia Tina Vera Wendy`,
);
export const maleNames = words(
  `John Tom Paul James Peter David Henry Simon Robert Martin Daniel Kevin Adam Brian Carl Dennis Eric Frank George Harry Ivan
  Jacob Leo Louis Max Nick Oscar Philip Ralph Sam Tim Victor Walter Edgar Hugo Felix`,
);

export const females = tagged(femaleNames, 'name', 'name.female');
export const males = tagged(maleNames, 'name', 'name.male');
export const names: readonly Slot[] = [...females, ...males];

/** Singular and plural of nouns for people, animals and things. */
export const people: readonly (readonly [string, string])[] = [
  ['man', 'men'],
  ['woman', 'women'],
  ['boy', 'boys'],
  ['girl', 'girls'],
  ['teacher', 'teachers'],
  ['doctor', 'doctors'],
  ['farmer', 'farmers'],
  ['sailor', 'sailors'],
  ['painter', 'painters'],
  ['student', 'students'],
  ['king', 'kings'],
  ['queen', 'queens'],
  ['baker', 'bakers'],
  ['singer', 'singers'],
];
export const things: readonly (readonly [string, string])[] = [
  ['key', 'keys'],
  ['book', 'books'],
  ['lamp', 'lamps'],
  ['cup', 'cups'],
  ['ring', 'rings'],
  ['hat', 'hats'],
  ['coin', 'coins'],
  ['ball', 'balls'],
  ['map', 'maps'],
  ['letter', 'letters'],
  ['flower', 'flowers'],
  ['apple', 'apples'],
  ['picture', 'pictures'],
  ['cake', 'cakes'],
  ['chair', 'chairs'],
  ['clock', 'clocks'],
  ['drum', 'drums'],
  ['kite', 'kites'],
  ['boat', 'boats'],
  ['bell', 'bells'],
  ['drink', 'drinks'],
];
export const objects = tagged(
  things.map(([singular]) => singular).filter((noun) => noun !== 'apple'),
  'word.object',
);
export const places = tagged(
  words(
    'store park school station garden market library museum church river beach office kitchen castle bridge forest',
  ),
  'word.place',
);
export const colours = tagged(words('red blue green black white brown yellow pink'), 'word.colour');
export const adjectives = tagged(
  words('old new small big heavy broken clean dirty bright pretty strange famous'),
  'word.adjective',
);
export const foods = tagged(
  words('bread milk rice cheese butter sugar salt tea coffee honey soup fish meat eggs beans nuts corn oil'),
  'word.food',
);

/** Countries with their capitals, all single words. */
export const capitals: readonly (readonly [string, string])[] = words(
  `France/Paris Germany/Berlin Italy/Rome Spain/Madrid Portugal/Lisbon Austria/Vienna Greece/Athens Poland/Warsaw Norway/Oslo
  Sweden/Stockholm Finland/Helsinki Denmark/Copenhagen Ireland/Dublin Belgium/Brussels Hungary/Budapest Russia/Moscow
  Turkey/Ankara Egypt/Cairo Kenya/Nairobi Japan/Tokyo China/Beijing India/Delhi Thailand/Bangkok Vietnam/Hanoi Cuba/Havana
  Peru/Lima Chile/Santiago Canada/Ottawa England/London Scotland/Edinburgh Iran/Tehran Iraq/Baghdad`,
).map((pair) => pair.split('/') as [string, string]);

export const weekdays = words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday');
export const months = words(
  'January February March April May June July August September October November December',
);

export const events = words(
  'war journey project strike festival siege trial voyage drought reign fair plague feud boom revolt mission',
);

/** Names of variables and functions in the code family. */
export const identifiers = words(
  `count total index value item size name data result left right first last width height price score level node path`,
);
export const functionNames = words('add join merge scale check build load save find move');

/** Nouns with their grammatical gender. */
export const frenchNouns = {
  m: words('chat chien livre jardin pont bateau chapeau gâteau stylo vélo verre sac'),
  f: words('maison table lampe fleur porte voiture lettre rose pomme chaise montre robe'),
};
export const frenchAdjectives = words('rouge jaune large simple utile propre calme rapide triste magnifique');
export const germanNouns = {
  m: words('Hund Baum Tisch Stuhl Garten Apfel Brief Hut'),
  f: words('Katze Blume Lampe Tasse Brücke Uhr Stadt Gabel'),
  n: words('Haus Buch Kind Pferd Auto Bild Messer Boot'),
};
export const germanAdjectives = words('rot klein alt neu schön groß teuer schwer leicht billig');

export const positiveFeelings = words('happy glad proud cheerful');
export const negativeFeelings = words('sad angry afraid lonely');
