const families: Readonly<Record<string, string>> = {
  ioi: 'indirect objects',
  capitals: 'capitals',
  succession: 'days and months',
  years: 'years',
  agreement: 'agreement',
  nesting: 'nesting',
  pronouns: 'pronouns',
  induction: 'repeated rows',
  french: 'French',
  german: 'German',
  code: 'code',
  lists: 'numbered lists',
  sentiment: 'stories',
};

const wordings: Readonly<Record<string, string>> = {
  name: 'a name',
  'name.female': "a woman's name",
  'name.male': "a man's name",
  'name.first': 'a name, for the first time',
  'name.repeated': 'a name that came before',
  inside_quote: 'inside a quotation',
  inside_parenthesis: 'inside parentheses',
  inside_square_bracket: 'inside square brackets',
  bracket_depth_2: 'inside two or more brackets',
  bracket_depth_3: 'inside three brackets',
  after_centre: 'brackets closing in reverse order',
  'agreement.subject_plural': 'the subject is plural, its verb still to come',
  'agreement.subject_singular': 'the subject is singular, its verb still to come',
  'sentiment.negative': 'the story has gone badly so far',
  'sentiment.positive': 'the story has gone well so far',
  'induction.second_round': 'a row of names, the second time',
  'language.french': 'French text',
  'language.german': 'German text',
  'language.code': 'program code',
  'code.reuse': 'a variable that came before (code)',
  'year.first_half': 'a year in the first half of a century',
  'year.second_half': 'a year in the second half of a century',
  'list.number': 'the number of a list item',
  'list.item': 'the first item of a list',
  'list.item_after_first': 'a later item of a list',
  line_end: 'the end of a line',
};

/** A tag in words, for a label. */
export function tagText(tag: string): string {
  if (tag.startsWith('next.')) return `just before ${tagText(tag.slice('next.'.length))}`;
  if (tag.startsWith('token:')) return `the token "${visible(tag.slice('token:'.length))}"`;
  const wording = wordings[tag];
  if (wording !== undefined) return wording;
  const [family, role] = tag.split('.') as [string, string | undefined];
  if (family === 'family') return `text about ${families[role!] ?? role!}`;
  const inFamily = families[family];
  if (inFamily !== undefined && role !== undefined) return `${spaced(role)} (${inFamily})`;
  return role === undefined ? spaced(family) : `${spaced(family)}: ${spaced(role)}`;
}

const spaced = (name: string): string =>
  name
    .replace(/_/gu, ' ')
    .replace(/([a-z])([A-Z0-9])/gu, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);

const visible = (text: string): string => text.replace(/\n/gu, '⏎').replace(/\t/gu, '⇥');
