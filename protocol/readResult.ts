/**
 * Reads a `*.fscope.result.json`, which may come from anyone: everything that a reader of results relies on is checked,
 * and an error names the field.
 */
import { EXPERIMENT_KINDS } from './experimentRuns';
import type { AxisName, ExperimentResult, Nested, RunResult } from './experiments';
import { PROCESSING } from './settings';

const AXES: readonly AxisName[] = [
  'layer',
  'position',
  'head',
  'source',
  'neuron',
  'feature',
  'site',
  'component',
];
const STATES: readonly RunResult['state'][] = ['running', 'complete', 'cancelled', 'failed'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param value - parsed JSON
 * @throws {Error} saying which field is missing or wrong
 */
export function readExperimentResult(value: unknown): ExperimentResult {
  const result = record(value, 'the document');
  if (result['format'] !== 'featurescope-result') fail('format', 'is not "featurescope-result"');
  if (result['version'] !== 1)
    fail('version', `is ${JSON.stringify(result['version'])}; this release reads version 1`);
  text(result['title'], 'title');
  const spec = record(result['spec'], 'spec');
  list(spec['runs'], 'spec.runs').forEach((run, i) => record(run, `spec.runs[${i}]`));
  checkIndices(spec, 'spec');
  const names = list(result['runs'], 'runs').map((run, i) => checkRun(run, `runs[${i}]`));
  if (new Set(names).size < names.length) fail('runs', 'holds two runs of the same name');
  list(result['expectations'], 'expectations').forEach((outcome, i) => {
    checkFields(outcome, `expectations[${i}]`, { clause: text, holds: flag, measured: text });
  });
  checkProvenance(result['provenance']);
  return value as ExperimentResult;
}

/** Fields of a spec that hold indices or counts, wherever they stand. They are written into code that people run. */
const INDICES: ReadonlySet<string> = new Set([
  'layer',
  'layers',
  'head',
  'heads',
  'position',
  'positions',
  'source',
  'neuron',
  'feature',
  'units',
  'top',
  'steps',
  'verify',
  'tokens',
  'seed',
]);

function checkIndices(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const at = `${where}.${key}`;
    if (!Array.isArray(value) && INDICES.has(key)) checkIndex(inner, at);
    else checkIndices(inner, at);
  }
}

function checkIndex(value: unknown, where: string): void {
  const isWord = where.endsWith('.positions') && (value === 'all' || value === 'new');
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      checkIndex(item, `${where}[${i}]`);
    });
  } else if (!isWord && !Number.isSafeInteger(value)) fail(where, 'is not a whole number');
}

function checkProvenance(value: unknown): void {
  const where = 'provenance';
  const known = checkFields(value, where, {
    featurescope: text,
    onnxruntime: text,
    provider: text,
    started: text,
    seconds: number,
  });
  const model = checkFields(known['model'], `${where}.model`, { name: text, identity: text });
  if (model['family'] !== undefined) text(model['family'], `${where}.model.family`);
  if (model['processing'] !== undefined)
    list(model['processing'], `${where}.model.processing`).forEach((flag, i) => {
      oneOf(flag, PROCESSING, `${where}.model.processing[${i}]`);
    });
  list(known['dictionaries'], `${where}.dictionaries`).forEach((dictionary, i) => {
    checkFields(dictionary, `${where}.dictionaries[${i}]`, { id: text, identity: text });
  });
}

function checkRun(value: unknown, where: string): string {
  const run = checkFields(value, where, {
    name: text,
    at: text,
    metric: text,
    clean: numberOrNull,
    corrupted: numberOrNull,
    done: number,
    total: number,
  });
  oneOf(run['kind'], EXPERIMENT_KINDS, `${where}.kind`);
  oneOf(run['state'], STATES, `${where}.state`);
  if (run['direction'] !== null) oneOf(run['direction'], ['denoise', 'noise'], `${where}.direction`);
  const shape = checkAxes(run, where);
  checkNested(run['values'], shape, `${where}.values`);
  if (run['scores'] !== undefined) checkNested(run['scores'], shape, `${where}.scores`);
  list(run['notes'], `${where}.notes`).forEach((note, i) => {
    text(note, `${where}.notes[${i}]`);
  });
  list(run['pairs'], `${where}.pairs`).forEach((pair, i) => {
    checkPair(pair, `${where}.pairs[${i}]`);
  });
  checkFields(run['cost'], `${where}.cost`, { forwards: number, seconds: number, secondsLeft: numberOrNull });
  if (run['message'] !== undefined) text(run['message'], `${where}.message`);
  if (run['lens'] !== undefined) checkLens(run['lens'], shape, `${where}.lens`);
  if (run['verification'] !== undefined)
    checkVerification(run['verification'], shape, `${where}.verification`);
  if (run['steering'] !== undefined) checkSteering(run['steering'], `${where}.steering`);
  return run['name'] as string;
}

/** Lengths of the axes, in order. */
function checkAxes(run: Fields, where: string): readonly number[] {
  const axes = list(run['axes'], `${where}.axes`);
  axes.forEach((axis, i) => {
    oneOf(axis, AXES, `${where}.axes[${i}]`);
  });
  const ticks = list(run['ticks'], `${where}.ticks`);
  if (ticks.length !== axes.length) fail(`${where}.ticks`, 'is not one list for each axis');
  return ticks.map((axisTicks, i) => {
    const checked = list(axisTicks, `${where}.ticks[${i}]`);
    checked.forEach((tick, j) => {
      const at = `${where}.ticks[${i}][${j}]`;
      const { detail } = checkFields(tick, at, { label: text, index: number });
      if (detail !== undefined) text(detail, `${at}.detail`);
    });
    return checked.length;
  });
}

function checkNested(value: unknown, shape: readonly number[], where: string): asserts value is Nested {
  const [length, ...inner] = shape;
  const items = list(value, where);
  if (length === undefined) {
    if (items.length > 0) fail(where, 'has numbers but the run has no axes');
    return;
  }
  if (items.length !== length) fail(where, `has ${items.length} places; its axis has ${length}`);
  items.forEach((item, i) => {
    if (inner.length === 0) numberOrNull(item, `${where}[${i}]`);
    else checkNested(item, inner, `${where}[${i}]`);
  });
}

function checkPair(value: unknown, where: string): void {
  const pair = record(value, where);
  checkPrompt(pair['clean'], `${where}.clean`);
  if (pair['corrupt'] !== null) checkPrompt(pair['corrupt'], `${where}.corrupt`);
  if (pair['alignment'] === null) return;
  list(pair['alignment'], `${where}.alignment`).forEach((position, i) => {
    numberOrNull(position, `${where}.alignment[${i}]`);
  });
}

function checkPrompt(value: unknown, where: string): void {
  const prompt = checkFields(value, where, { metric: numberOrNull });
  if (prompt['text'] !== null) text(prompt['text'], `${where}.text`);
  list(prompt['tokens'], `${where}.tokens`).forEach((token, i) => {
    checkFields(token, `${where}.tokens[${i}]`, { id: number, text });
  });
  list(prompt['readAt'], `${where}.readAt`).forEach((position, i) => {
    number(position, `${where}.readAt[${i}]`);
  });
}

function checkLens(value: unknown, [rows, columns]: readonly number[], where: string): void {
  const lines = list(value, where);
  if (lines.length !== rows) fail(where, 'does not have one row for each layer');
  lines.forEach((line, i) => {
    const cells = list(line, `${where}[${i}]`);
    if (cells.length !== columns) fail(`${where}[${i}]`, 'does not have one list for each position');
    cells.forEach((cell, j) => {
      list(cell, `${where}[${i}][${j}]`).forEach((prediction, k) => {
        const at = `${where}[${i}][${j}][${k}]`;
        const { token } = checkFields(prediction, at, { logProb: number });
        checkFields(token, `${at}.token`, { id: number, text });
      });
    });
  });
}

function checkVerification(value: unknown, shape: readonly number[], where: string): void {
  const known = checkFields(value, where, { bound: numberOrNull, confidence: number, samples: number });
  list(known['nodes'], `${where}.nodes`).forEach((node, i) => {
    const at = `${where}.nodes[${i}]`;
    const { cell } = checkFields(node, at, { estimate: number, exact: numberOrNull });
    const coordinates = list(cell, `${at}.cell`);
    const inside = coordinates.every((place, axis) => Number.isInteger(place) && within(place, shape[axis]));
    if (coordinates.length !== shape.length || !inside) fail(`${at}.cell`, 'is not a cell of the grid');
  });
}

function within(place: unknown, length: number | undefined): boolean {
  return typeof place === 'number' && length !== undefined && place >= 0 && place < length;
}

function checkSteering(value: unknown, where: string): void {
  const known = checkFields(value, where, { prompt: text });
  for (const side of ['plain', 'steered']) {
    const { tokens } = checkFields(known[side], `${where}.${side}`, { text });
    list(tokens, `${where}.${side}.tokens`).forEach((token, i) => {
      checkFields(token, `${where}.${side}.tokens[${i}]`, { id: number, text, logProb: number });
    });
  }
  list(known['features'], `${where}.features`).forEach((feature, i) => {
    const at = `${where}.features[${i}]`;
    const { label } = checkFields(feature, at, {
      dictionary: text,
      index: number,
      plain: number,
      steered: number,
    });
    if (label !== null) text(label, `${at}.label`);
  });
}

type Check = (value: unknown, where: string) => void;

function checkFields(value: unknown, where: string, checks: Readonly<Record<string, Check>>): Fields {
  const fields = record(value, where);
  for (const [name, check] of Object.entries(checks)) check(fields[name], `${where}.${name}`);
  return fields;
}

function record(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(where, 'is not an object');
  return value as Fields;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) fail(where, 'is not a list');
  return value;
}

function text(value: unknown, where: string): void {
  if (typeof value !== 'string') fail(where, 'is not a text');
}

function flag(value: unknown, where: string): void {
  if (typeof value !== 'boolean') fail(where, 'is not true or false');
}

function number(value: unknown, where: string): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(where, 'is not a number');
}

function numberOrNull(value: unknown, where: string): void {
  if (value !== null) number(value, where);
}

function oneOf(value: unknown, choices: readonly string[], where: string): void {
  if (!choices.some((choice) => choice === value)) fail(where, `is none of ${choices.join(', ')}`);
}

function fail(where: string, what: string): never {
  throw new Error(`not a result of Featurescope: ${where} ${what}`);
}
