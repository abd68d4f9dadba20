import { tagText } from '../corpus/tagText';
import { families } from '../corpus/families/index';
import type { DictionaryScore } from './dictionaryScore';
import type { DemoMeasures } from './measureDemo';
import type { ModelScore } from './modelScore';
import type { TagResult } from './tagReport';

/** What the demo was meant to reach. */
export const targets = {
  accuracy: 0.95,
  explained: 0.9,
  active: 20,
  overPca: 0.1,
  recovered: 0.95,
  /** Zero ablation that costs less says nothing; there the splice may add `added` nats. */
  meaningfulCost: 0.1,
  added: 0.02,
  dead: 0.1,
  tagF1: 0.8,
  contextualIdentityF1: 0.5,
  tags: 40,
  contextualTags: 20,
} as const;

/** A tag that token identity does not give away. */
export const isContextual = ({ identityF1 }: TagResult): boolean => identityF1 < targets.contextualIdentityF1;
export const isPredicted = ({ quality }: TagResult): boolean => quality.f1 >= targets.tagF1;

/** Share of the cost of zero ablation that the reconstruction saves; null where that cost is too small to divide by. */
export function recovered({ zeroCost, spliceCost }: DictionaryScore): number | null {
  return zeroCost < targets.meaningfulCost ? null : 1 - spliceCost / zeroCost;
}

/** Which targets a dictionary misses, in words. */
export function misses(score: DictionaryScore): string[] {
  const share = recovered(score);
  const found: [boolean, string][] = [
    [score.explained < targets.explained, 'variance'],
    [score.active > targets.active, 'active'],
    [score.explained - score.pcaExplained < targets.overPca, 'PCA'],
    [share === null ? score.spliceCost > targets.added : share < targets.recovered, 'cross-entropy'],
    [score.dead > targets.dead, 'dead'],
  ];
  return found.flatMap(([missed, what]) => (missed ? [what] : []));
}

const percent = (value: number): string => (Number.isFinite(value) ? (100 * value).toFixed(1) : '-');
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], body: readonly (readonly (string | number)[])[]): string =>
  [row(head), row(head.map(() => '---')), ...body.map(row)].join('\n');

/** Right answers by family. */
export function modelTable({ answers }: ModelScore): string {
  return table(
    ['family', 'new combinations: right %', 'answers', 'new templates: right %', 'answers'],
    families.map(({ name }) => [
      name,
      percent(answers.accuracy(name, 'combination')),
      answers.count(name, 'combination'),
      percent(answers.accuracy(name, 'template')),
      answers.count(name, 'template'),
    ]),
  );
}

export function dictionaryTable(scores: readonly DictionaryScore[]): string {
  const head = [
    'dictionary',
    'variance %',
    'PCA-20 %',
    'active',
    'dead %',
    'zero ablation, nats',
    'splice, nats',
    'recovered %',
    'missed',
  ];
  return table(
    head,
    scores.map((score) => [
      `\`${score.name}\``,
      percent(score.explained),
      percent(score.pcaExplained),
      score.active.toFixed(1),
      percent(score.dead),
      score.zeroCost.toFixed(3),
      score.spliceCost.toFixed(4),
      percent(recovered(score) ?? NaN),
      misses(score).join(', '),
    ]),
  );
}

export function tagTable(tags: readonly TagResult[]): string {
  return table(
    ['tag', 'in words', 'feature', 'precision %', 'recall %', 'F1 %', 'token identity F1 %', 'positions'],
    tags.map(({ tag, dictionary, feature, quality, identityF1, positives }) => [
      `\`${tag}\``,
      tagText(tag),
      `\`${dictionary}\` ${feature}`,
      percent(quality.precision),
      percent(quality.recall),
      percent(quality.f1),
      percent(identityF1),
      positives,
    ]),
  );
}

/** One line: how many tags are predicted, and how many of them token identity does not give away. */
export function tagSummary(tags: readonly TagResult[]): string {
  const predicted = tags.filter(isPredicted);
  const contextual = predicted.filter(isContextual);
  return `${predicted.length} tags are predicted by a feature with F1 >= ${targets.tagF1}, ${contextual.length} of them contextual (target ${targets.tags} and ${targets.contextualTags}; ${tags.length} tags measured)`;
}

/** All tables as Markdown. */
export function measuresText({ model, dictionaries, tags, heldOutRows }: DemoMeasures): string {
  const predicted = tags.filter(isPredicted);
  return [
    '### Model',
    `Cross-entropy on held-out text: ${model.loss.toFixed(3)} nats a token. Target: ${percent(targets.accuracy)} % on new combinations.`,
    modelTable(model),
    '### Dictionaries',
    `On ${heldOutRows} positions of held-out text.`,
    dictionaryTable(dictionaries),
    '### Tags',
    `${tagSummary(tags)}.`,
    'Contextual:',
    tagTable(predicted.filter(isContextual)),
    'Others:',
    tagTable(predicted.filter((tag) => !isContextual(tag))),
  ].join('\n\n');
}
