import { families } from '../corpus/families/index';
import type { DemoMeasures } from './measureDemo';
import { isContextual, isPredicted, recovered } from './reportText';

/** Where the shipped demo keeps its figures, in its output folder. */
export const measuredFile = 'measured.json';

/** The figures of a demo as plain numbers, for a test to compare with. */
export interface MeasuredFigures {
  readonly loss: number;
  /** Share of determined answers that are right on new combinations, by family. */
  readonly accuracy: Readonly<Record<string, number>>;
  readonly dictionaries: Readonly<Record<string, DictionaryFigures>>;
  readonly predictedTags: number;
  readonly contextualTags: number;
}

export interface DictionaryFigures {
  readonly explained: number;
  readonly pcaExplained: number;
  readonly active: number;
  readonly dead: number;
  /** Null where zero ablation costs too little. */
  readonly recovered: number | null;
  readonly spliceCost: number;
}

export function measuredFigures({ model, dictionaries, tags }: DemoMeasures): MeasuredFigures {
  const predicted = tags.filter(isPredicted);
  return {
    loss: rounded(model.loss),
    accuracy: Object.fromEntries(
      families.map(({ name }) => [name, rounded(model.answers.accuracy(name, 'combination'))]),
    ),
    dictionaries: Object.fromEntries(
      dictionaries.map((score) => {
        const share = recovered(score);
        return [
          score.name,
          {
            explained: rounded(score.explained),
            pcaExplained: rounded(score.pcaExplained),
            active: rounded(score.active),
            dead: rounded(score.dead),
            recovered: share === null ? null : rounded(share),
            spliceCost: rounded(score.spliceCost),
          },
        ];
      }),
    ),
    predictedTags: predicted.length,
    contextualTags: predicted.filter(isContextual).length,
  };
}

const rounded = (value: number): number => Number(value.toFixed(4));
