/** An experiment held against its model: what would fail, or would not mean what it seems to. */
import { checkAnswers } from './checkAnswers';
import { checkNames } from './checkNames';
import { checkPrompts, tokenizedPairs } from './checkPrompts';
import type { ModelFacts } from './modelFacts';
import type { Problem } from './problems';
import type { ReadExperiment } from './readSpec';

/**
 * Everything that can be said without running the model, each once; nothing of a file that cannot be read.
 * @throws FileFormatError when the tokenizer cannot express a prompt
 */
export function checkSpec(read: ReadExperiment, facts: ModelFacts): Problem[] {
  const { spec } = read;
  if (!spec) return [];
  const pairs = tokenizedPairs(spec, facts);
  const problems = [
    ...checkPrompts(read, spec, pairs, facts),
    ...checkAnswers(read, spec, pairs, facts),
    ...checkNames(read, spec, pairs, facts),
  ];
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
