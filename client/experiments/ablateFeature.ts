/** The command ablateFeature: what a feature does at each position of a text, and at the token of the cursor. */
import * as vscode from 'vscode';
import { describeFeatures } from '../../protocol/dashboard';
import type { Answer, ExperimentSpec } from '../../protocol/experimentSpec';
import type { FeatureRef } from '../../protocol/features';
import type { Position } from '../../protocol/method';
import { listModels } from '../../protocol/models';
import { featureName } from '../../protocol/wording';
import { featureItems, featureOf } from '../commands/featureArgument';
import type { Services } from '../services';
import { contextUnit } from '../settings';
import { answersOf } from './choices';
import type { MetricChoice, MetricText } from './choices';
import { folderFor } from './folder';
import { Likely } from './likely';
import { pickMetric, pickRight } from './metricQuestions';
import { answerOf } from './promptPair';
import { between, promptAround, promptEnd } from './promptSpans';
import { pick } from './quickInput';
import { ablateFeatureSpec, modelFields } from './specs';
import { keep, walk } from './steps';
import type { Back, Place, Step } from './steps';
import { editorAtHand, tokenAt } from './tokenAt';

const TITLE = 'Ablate a feature';

const METRICS: readonly MetricText[] = [
  { metric: 'log_prob', label: 'Log probability', detail: 'Of a token after the prompt, in nats' },
  { metric: 'logit', label: 'Logit', detail: 'Of a token after the prompt' },
  {
    metric: 'kl',
    label: 'KL divergence',
    detail: 'From what is predicted after the prompt without ablation, in nats',
  },
  {
    metric: 'loss',
    label: 'Loss',
    detail: 'Over all of the prompt, in nats per token: how much worse it is predicted',
  },
];

interface Draft {
  readonly feature: FeatureRef | undefined;
  readonly metric: MetricChoice;
  readonly answer?: Answer;
}

/** The text, and where in it the feature is ablated. */
interface Subject {
  /** After which the metric is measured: all of the text, or what stands before the last word of its last sentence. */
  readonly prompt: string;
  /** All of the text, which is the prompt of a metric that needs no answer. */
  readonly whole: string;
  /** The text up to the end of the token at the cursor, where that is in the prompt. */
  readonly upToToken: string;
  /** What the text goes on with after the prompt. */
  readonly next: Answer | undefined;
}

/** @param argument a feature of a list or a link; from the palette one is picked */
export async function ablateFeature(services: Services, argument: unknown): Promise<void> {
  const editor = editorAtHand(services);
  const subject = await subjectAt(services, editor);
  const likely = new Likely(services.session);
  try {
    const named = featureOf(argument);
    const draft = await walk(questions(services, likely, subject, named === undefined), {
      feature: named,
      metric: 'log_prob',
    });
    if (!draft?.feature) return;
    const spec = await specOf(services, likely, subject, draft, draft.feature);
    await services.heatmaps.run({ uri: folderFor(editor.document)?.toString() ?? null, spec });
  } finally {
    likely.dispose();
  }
}

function questions(
  services: Services,
  likely: Likely,
  { prompt, next }: Subject,
  asksFeature: boolean,
): readonly Step<Draft>[] {
  return [
    keep(
      'feature',
      (_draft, place) => pickFeature(services, place),
      () => asksFeature,
    ),
    keep('metric', ({ metric }, place) => pickMetric(place, TITLE, METRICS, metric)),
    keep(
      'answer',
      ({ answer }, place) => pickRight(place, TITLE, likely, prompt, answer ?? next),
      ({ metric }) => answersOf(metric) > 0,
    ),
  ];
}

async function pickFeature(services: Services, place: Place): Promise<FeatureRef | Back | undefined> {
  const items = (await featureItems(services)).map(({ feature, ...item }) =>
    feature
      ? { ...item, value: feature }
      : { label: item.label, kind: vscode.QuickPickItemKind.Separator as const },
  );
  if (items.length === 0) return undefined;
  return pick(place, { title: TITLE, placeholder: 'Feature to ablate', items });
}

async function subjectAt(services: Services, editor: vscode.TextEditor): Promise<Subject> {
  const { document, selection } = editor;
  const span = promptAround(document, selection, contextUnit(document.uri));
  const { start, at } = span;
  const whole = between(document, start, span.end);
  if (whole.trim() === '') throw new Error('There is no text at the cursor. Put it on a word.');
  const { range } = await tokenAt(services, editor, at);
  const end = promptEnd(document, span, range.end);
  const prompt = between(document, start, end);
  const upToToken = between(document, start, range.end);
  return {
    prompt,
    whole,
    upToToken: upToToken.length < prompt.length ? upToToken : prompt,
    next: await tokenAfter(services, editor, end),
  };
}

/** What stands behind a prompt in its line; undefined when nothing does, or the prompt ends within a token. */
async function tokenAfter(
  services: Services,
  editor: vscode.TextEditor,
  end: Position,
): Promise<Answer | undefined> {
  if (editor.document.lineAt(end.line).text.slice(end.character).trim() === '') return undefined;
  const { token, range } = await tokenAt(services, editor, end);
  const begins = range.start.line === end.line && range.start.character === end.character;
  return begins ? answerOf(token) : undefined;
}

async function specOf(
  { session }: Services,
  likely: Likely,
  { prompt, whole, upToToken }: Subject,
  { metric, answer }: Draft,
  feature: FeatureRef,
): Promise<ExperimentSpec> {
  const [summary] = await session.call(describeFeatures, { features: [feature] });
  const { tokens } = await likely.after(upToToken);
  const needsAnswer = answersOf(metric) > 0;
  const ablation = {
    feature: summary ? featureName(summary) : `#${feature.index}`,
    index: feature.index,
    prompt: needsAnswer ? prompt : whole,
    position: tokens.length - 1,
    metric,
    ...(answer !== undefined && needsAnswer ? { answer } : {}),
  };
  return ablateFeatureSpec(ablation, modelFields(await session.call(listModels, null), [feature.dictionary]));
}
