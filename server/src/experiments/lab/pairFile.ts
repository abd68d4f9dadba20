/** JSON-lines files of prompt pairs: one pair a line, with the fields that pairs have in experiment files. */
import type { PromptPair } from '../../../../protocol/experimentSpec';
import { Refusal } from './refusal';

type Fields = Readonly<Record<string, unknown>>;

const KNOWN = ['clean', 'corrupt', 'answer', 'wrong'];

/**
 * A file's path below the experiment's folder.
 * @throws Refusal for a name that leads out of it: experiments come from others
 */
export function checkPairFileName(name: string): string {
  const parts = name.split(/[\\/]/);
  if (!/^([a-zA-Z]:)?[\\/]/.test(name) && !parts.includes('..')) return name;
  throw new Refusal(
    `the file of prompts ${name} is not below the experiment's folder: put it beside the experiment`,
  );
}

/** @param name of the file, for errors @throws Refusal naming the line that is no pair */
export function readPairs(text: string, name: string): PromptPair[] {
  const pairs = text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [readPair(line, `${name}, line ${i + 1}`)]));
  if (pairs.length > 0) return pairs;
  throw new Refusal(
    `${name} holds no prompts: write one pair a line, such as {"clean": "...", "corrupt": "..."}`,
  );
}

function readPair(line: string, where: string): PromptPair {
  const fields = parsed(line, where);
  const unknown = Object.keys(fields).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined)
    throw new Refusal(`${where}: a pair has no field "${unknown}", only ${KNOWN.join(', ')}`);
  check(isPrompt(fields['clean']), where, '"clean" must be a text or {"tokens": [...]}');
  check(isAbsentOr(isPrompt, fields['corrupt']), where, '"corrupt" must be a text or {"tokens": [...]}');
  for (const key of ['answer', 'wrong'])
    check(isAbsentOr(isAnswers, fields[key]), where, `"${key}" must be a token, an id or a list of them`);
  return fields as unknown as PromptPair;
}

function parsed(line: string, where: string): Fields {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  } catch (error) {
    throw new Refusal(`${where}: this is not JSON (${(error as Error).message})`, { cause: error });
  }
  throw new Refusal(`${where}: a pair must be a JSON object such as {"clean": "...", "corrupt": "..."}`);
}

function check(holds: boolean, where: string, what: string): void {
  if (!holds) throw new Refusal(`${where}: ${what}`);
}

function isAbsentOr(test: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || test(value);
}

function isPrompt(value: unknown): boolean {
  if (typeof value === 'string') return true;
  const tokens = typeof value === 'object' && value !== null ? (value as Fields)['tokens'] : null;
  return Array.isArray(tokens) && tokens.every((id) => Number.isSafeInteger(id) && (id as number) >= 0);
}

function isAnswer(value: unknown): boolean {
  return typeof value === 'string' || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function isAnswers(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isAnswer) : isAnswer(value);
}
