/** The questions for a metric and its answers, as every command asks them. */
import type { Answer } from '../../protocol/experimentSpec';
import { pickAnswer } from './answerPick';
import type { MetricChoice, MetricText } from './choices';
import type { Likely } from './likely';
import { pick } from './quickInput';
import type { Back, Place } from './steps';

export function pickMetric(
  place: Place,
  title: string,
  metrics: readonly MetricText[],
  before: MetricChoice,
): Promise<MetricChoice | Back | undefined> {
  return pick(place, {
    title,
    placeholder: 'What is measured at the end of the prompt',
    items: metrics.map(({ metric, label, detail }) => ({ label, detail, value: metric })),
    preferred: (metric) => metric === before,
  });
}

/** Asks for the token that is measured. @param prompt after which it is expected */
export function pickRight(
  place: Place,
  title: string,
  likely: Likely,
  prompt: string,
  preferred: Answer | undefined,
): Promise<Answer | Back | undefined> {
  return pickAnswer(place, likely, {
    title,
    placeholder: 'The right answer, a token: the model’s favourites after the prompt, or type another',
    prompt,
    preferred,
  });
}

/** Asks for the token it is compared with. @param prompt after which it is expected */
export function pickWrong(
  place: Place,
  title: string,
  likely: Likely,
  prompt: string,
  preferred: Answer | undefined,
  right: Answer | undefined,
): Promise<Answer | Back | undefined> {
  return pickAnswer(place, likely, {
    title,
    placeholder: 'The answer it is compared with: the model’s favourites, or type another',
    prompt,
    preferred,
    excluded: right === undefined ? [] : [right],
  });
}

/** Asks for the token that a prediction is contrasted with. @param token that is predicted after the prompt */
export function pickContrast(
  place: Place,
  title: string,
  likely: Likely,
  prompt: string,
  preferred: Answer | undefined,
  token: Answer,
): Promise<Answer | Back | undefined> {
  return pickAnswer(place, likely, {
    title,
    placeholder:
      'The token it is compared with: names of the prompt, the model’s other favourites, or type another',
    prompt,
    preferred,
    excluded: [token],
    namesFirst: true,
  });
}
