/** Damage to what a JSON text says; most of what comes out is still JSON. */
import { type JsonSpan, type JsonSpans, jsonSpans } from './jsonSpans';
import type { Random } from './random';

/** Values that readers stumble over. */
const VALUES: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1',
  '-1',
  '0.5',
  '1e-400',
  '1e308',
  '1e999',
  '-1e999',
  '2147483647',
  '2147483648',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775808',
  '1000000',
  'NaN',
  'Infinity',
  '""',
  '"a"',
  '"0"',
  '" "',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"\\ud800"',
  '"\\u0000"',
  '"\\u001b[2J\\r\\n\\u2028"',
  '"\\u202e"',
  '"../../secret.safetensors"',
  '"../../../../../../etc/passwd"',
  '"/etc/passwd"',
  '"C:\\\\secret.safetensors"',
  '"a/../../../secret.safetensors"',
  '"(a+)+$"',
  '[]',
  '[null]',
  '[[]]',
  '{}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"length":1000000000}',
  `"${'long '.repeat(5000)}"`,
  `[${'1,'.repeat(3000)}1]`,
  '['.repeat(3000) + ']'.repeat(3000),
  '{"a":'.repeat(2000) + '1' + '}'.repeat(2000),
];
const KEYS: readonly string[] = [
  '"__proto__"',
  '"constructor"',
  '"hasOwnProperty"',
  '""',
  '"a"',
  '"\\ud800"',
  '"0"',
];

interface Change extends JsonSpan {
  readonly text: string;
}

interface Source {
  readonly text: string;
  readonly spans: JsonSpans;
}

const known = new Map<string, Source>();

/** A text's spans, found once. */
function sourceOf(text: string): Source {
  const found = known.get(text) ?? { text, spans: jsonSpans(text) };
  known.set(text, found);
  return found;
}

type Edit = (source: Source, donor: Source, random: Random) => Change | null;

const EDITS: readonly Edit[] = [
  ({ spans }, _, random) => changed(random.some(spans.values), random.pick(VALUES)),
  ({ spans }, _, random) => changed(random.some(spans.values), random.pick(VALUES)),
  exchangeValue,
  nudgeNumber,
  nudgeText,
  ({ spans }, _, random) => changed(random.some(spans.keys), random.pick(KEYS)),
  exchangeKey,
  removeEntry,
  repeatEntry,
];

/** One to four edits, of which those that would overlap are left out. @param donor another good text of the format */
export function mutateJson(json: string, donorJson: string, random: Random): string {
  const source = sourceOf(json);
  const donor = sourceOf(donorJson);
  const count = random.fewer(4);
  const changes = Array.from({ length: count }, () => random.pick(EDITS)(source, donor, random));
  let result = '';
  let at = 0;
  for (const change of changes.filter((each) => each !== null).sort((a, b) => a.start - b.start)) {
    if (change.start < at) continue;
    result += json.slice(at, change.start) + change.text;
    at = change.end;
  }
  return result + json.slice(at);
}

/** Objects without keys have none to be changed. */
function changed(span: JsonSpan | undefined, text: string): Change | null {
  return span ? { ...span, text } : null;
}

function sliceOf({ text }: Source, span: JsonSpan | undefined): string {
  return span ? text.slice(span.start, span.end) : '""';
}

function exchangeValue(source: Source, donor: Source, random: Random): Change | null {
  return changed(random.some(source.spans.values), sliceOf(donor, random.some(donor.spans.values)));
}

function exchangeKey(source: Source, donor: Source, random: Random): Change | null {
  return changed(random.some(source.spans.keys), sliceOf(donor, random.some(donor.spans.keys)));
}

function nudgeNumber(source: Source, _: Source, random: Random): Change | null {
  const numbers = source.spans.values.filter(({ start }) => /[-\d]/.test(source.text[start]!));
  const span = random.some(numbers);
  const value = Number(sliceOf(source, span));
  const near = [value + 1, value - 1, -value, value * 2, value / 2, value * 1e6, value + 0.5];
  return changed(span, String(random.pick(near)));
}

function nudgeText(source: Source, _: Source, random: Random): Change | null {
  const texts = source.spans.values.filter(({ start }) => source.text[start] === '"');
  const span = random.some(texts);
  if (!span) return null;
  const text = sliceOf(source, span);
  const at = 1 + random.below(text.length - 1);
  const sign = random.pick(['.', '/', ' ', '\\u0000', '\\n', '0', 'é', '\\ud83d', '|', ']', '(']);
  return changed(span, text.slice(0, at) + sign + text.slice(at));
}

function removeEntry({ text, spans }: Source, _: Source, random: Random): Change | null {
  const span = random.some(spans.entries);
  if (!span) return null;
  const takesComma = text[span.end] === ',';
  return { start: span.start, end: span.end + (takesComma ? 1 : 0), text: takesComma ? '' : 'null' };
}

function repeatEntry(source: Source, _: Source, random: Random): Change | null {
  const span = random.some(source.spans.entries);
  if (!span) return null;
  const copies = random.once(8) ? 1000 : 1 + random.below(3);
  const text = sliceOf(source, span);
  return changed(span, [text, ...new Array<string>(text.length > 500 ? 1 : copies).fill(text)].join(','));
}
