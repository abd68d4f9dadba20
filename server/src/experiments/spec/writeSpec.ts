/** An experiment -> the text of its file. */
import { Document, isCollection, isMap, isPair, isScalar, isSeq, type Node, visit } from 'yaml';
import type { ExperimentSpec } from '../../../../protocol/experimentSpec';
import { experiment } from './fields';

/** What fits within so many characters of JSON is written on one line. */
const WIDTH = 90;
/** Mappings with so many collections around them are sites, cells and the like; those further out are runs and clauses. */
const INNER = 3;

/** YAML that `readExperiment` reads back as the same experiment; fields in the order of the documentation. */
export function writeExperiment(spec: ExperimentSpec): string {
  const document = new Document(ordered(spec), { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_, node, path) => {
      node.flow = isOneLine(node, path.filter(isCollection).length);
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value !== node.value.trim()) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}

function ordered(spec: ExperimentSpec): object {
  const known = Object.keys(experiment.fields).filter((key) => key in spec);
  const fields = Object.fromEntries(known.map((key) => [key, spec[key as keyof ExperimentSpec]]));
  const runs = spec.runs.map(({ name, ...run }) => (name === undefined ? run : { name, ...run }));
  return { ...fields, runs };
}

function isOneLine(node: Node, around: number): boolean {
  if (isSeq(node) && node.items.every((item) => isScalar(item) && typeof item.value === 'number'))
    return true;
  if (JSON.stringify(node).length > WIDTH || hasLines(node)) return false;
  if (isMap(node)) return around >= INNER;
  return around > INNER || !hasMapping(node);
}

function hasMapping(node: unknown): boolean {
  return isMap(node) || (isSeq(node) && node.items.some(hasMapping));
}

/** Texts of several words are read more easily each on a line of its own. */
function hasLines(node: unknown): boolean {
  if (isScalar(node)) return typeof node.value === 'string' && /\S\s+\S/.test(node.value);
  if (isPair(node)) return hasLines(node.value);
  return isCollection(node) && node.items.some(hasLines);
}
