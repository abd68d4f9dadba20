/** The command whatDependsOn: what speaks for the token at the cursor, and what its prediction loses by ablation. */
import type { Answer } from '../../protocol/experimentSpec';
import { listModels } from '../../protocol/models';
import type { Services } from '../services';
import { contextUnit } from '../settings';
import { answersOf } from './choices';
import type { MetricChoice, MetricText } from './choices';
import { folderFor } from './folder';
import { Likely } from './likely';
import { pickContrast, pickMetric } from './metricQuestions';
import { answerOf } from './promptPair';
import { between, promptBefore, tokenPlace } from './promptSpans';
import { dependenceSpec, modelFields } from './specs';
import { keep, walk } from './steps';
import { editorAtHand, quotedToken, tokenAt } from './tokenAt';

/** Direct attribution needs a metric that is linear in the logits. */
const METRICS: readonly MetricText[] = [
  {
    metric: 'logit_diff',
    label: 'Logit difference',
    detail: 'Logit of the token less that of another that the model might have said',
  },
  { metric: 'logit', label: 'Logit', detail: 'Of the token alone' },
];

interface Draft {
  readonly metric: MetricChoice;
  readonly wrong?: Answer;
}

export async function whatDependsOn(services: Services): Promise<void> {
  const editor = editorAtHand(services);
  const { document, selection } = editor;
  const reading = await tokenAt(services, editor, tokenPlace(document, selection.active));
  const { start } = reading.range;
  const prompt = between(
    document,
    promptBefore(document, selection, start, contextUnit(document.uri)),
    start,
  );
  const token = quotedToken(reading);
  if (prompt.trim() === '')
    throw new Error(
      `Nothing stands before ${token}, so that nothing predicts it. Put the cursor further on.`,
    );
  const answer = answerOf(reading.token);
  const title = `What does ${token} depend on?`;
  const likely = new Likely(services.session);
  try {
    const draft = await walk<Draft>(
      [
        keep('metric', ({ metric }, place) => pickMetric(place, title, METRICS, metric)),
        keep(
          'wrong',
          ({ wrong }, place) => pickContrast(place, title, likely, prompt, wrong, answer),
          ({ metric }) => answersOf(metric) > 1,
        ),
      ],
      { metric: 'logit_diff' },
    );
    if (!draft) return;
    const { metric, wrong } = draft;
    const compared = wrong !== undefined && answersOf(metric) > 1 ? { wrong } : {};
    const model = modelFields(await services.session.call(listModels, null), []);
    const spec = dependenceSpec({ prompt, metric, answer, ...compared, token }, model);
    await services.heatmaps.run({ uri: folderFor(document)?.toString() ?? null, spec });
  } finally {
    likely.dispose();
  }
}
