/** The command patchPrompts: asks what is to be patched between two prompts, and runs it in a heatmap. */
import * as vscode from 'vscode';
import type { ExperimentSpec } from '../../protocol/experimentSpec';
import { listModels } from '../../protocol/models';
import { plainLine } from '../../protocol/wording';
import type { Services } from '../services';
import { answersOf, DIRECTIONS, PATCH_METRICS, siteText } from './choices';
import type { SiteChoice } from './choices';
import { folderFor } from './folder';
import { foundPrompts } from './foundPrompts';
import { Likely } from './likely';
import { pickMetric, pickRight, pickWrong } from './metricQuestions';
import { needsLayer, patchSites, promptsOfDraft, readHabits, sameSite, startDraft } from './patchDraft';
import type { PatchDraft, PatchHabits } from './patchDraft';
import { askPrompt, reviewPrompts } from './promptQuestions';
import { pick } from './quickInput';
import type { Choice } from './quickInput';
import { modelFields, patchSpec } from './specs';
import { keep, walk } from './steps';
import type { Step } from './steps';

const TITLE = 'Patch between two prompts';
const MEMENTO = 'experiments.patch';

/** @param clicked and `selected` are the explorer's files; from the palette it is about the editor's selection */
export async function patchPrompts(services: Services, clicked: unknown, selected: unknown): Promise<void> {
  const { workspaceState } = services.context;
  const folder = folderFor(vscode.window.activeTextEditor?.document);
  const habits = readHabits(workspaceState.get(MEMENTO));
  const start = startDraft(await foundPrompts(clicked, selected), habits);
  const likely = new Likely(services.session);
  try {
    const draft = await walk(questions(services, likely), start);
    if (!draft) return;
    const { site, direction, metric } = draft;
    await workspaceState.update(MEMENTO, { site, direction, metric } satisfies PatchHabits);
    const spec = await specOf(services, likely, draft);
    await services.heatmaps.run({ uri: folder?.toString() ?? null, spec });
  } finally {
    likely.dispose();
  }
}

function questions(services: Services, likely: Likely): readonly Step<PatchDraft>[] {
  return [
    {
      when: ({ asksCorrupt }) => asksCorrupt,
      ask: (draft, place) => askPrompt(place, TITLE, draft, 'corrupt'),
    },
    { ask: (draft, place) => reviewPrompts(place, TITLE, likely, draft) },
    keep('site', (draft, place) =>
      pick(place, {
        title: TITLE,
        placeholder: 'What is patched, from one run into the other',
        items: siteItems(services, likely, draft),
        preferred: (site) => sameSite(site, draft.site),
      }),
    ),
    keep(
      'layer',
      ({ layer }, place) =>
        pick(place, {
          title: TITLE,
          placeholder: 'The layer whose strongest neurons are patched',
          items: layerItems(services),
          preferred: (index) => index === layer,
        }),
      ({ site }) => needsLayer(site),
    ),
    keep('direction', (draft, place) =>
      pick(place, {
        title: TITLE,
        placeholder: 'Which prompt is run and changed',
        items: DIRECTIONS.map(({ direction, ...words }) => ({ ...words, value: direction })),
        preferred: (direction) => direction === draft.direction,
      }),
    ),
    keep('metric', (draft, place) => pickMetric(place, TITLE, PATCH_METRICS, draft.metric)),
    keep(
      'answer',
      (draft, place) => {
        const { clean, answer } = promptsOfDraft(draft);
        return pickRight(place, TITLE, likely, clean, draft.answer ?? answer);
      },
      ({ metric }) => answersOf(metric) > 0,
    ),
    keep(
      'wrong',
      (draft, place) => {
        const { corrupt, wrong } = promptsOfDraft(draft);
        return pickWrong(place, TITLE, likely, corrupt, draft.wrong ?? wrong, draft.answer);
      },
      ({ metric }) => answersOf(metric) > 1,
    ),
  ];
}

/** What the model has; asking after its prompts loads it when it is not yet. */
async function siteItems(
  { session }: Services,
  likely: Likely,
  draft: PatchDraft,
): Promise<Choice<SiteChoice>[]> {
  const { clean, corrupt } = promptsOfDraft(draft);
  await Promise.all([likely.after(clean), likely.after(corrupt)]);
  const { dictionaries } = await session.call(listModels, null);
  return patchSites(dictionaries).map((site) => {
    const { label, description, detail } = siteText(site);
    return { label: plainLine(label), description, detail, value: site };
  });
}

async function layerItems({ session }: Services): Promise<Choice<number>[]> {
  const { models } = await session.call(listModels, null);
  const layers = models.find(({ state }) => state === 'loaded')?.shape?.layers ?? 0;
  return Array.from({ length: layers }, (_, layer) => ({ label: `Layer ${layer}`, value: layer }));
}

async function specOf({ session }: Services, likely: Likely, draft: PatchDraft): Promise<ExperimentSpec> {
  const { clean, corrupt } = promptsOfDraft(draft);
  const { site, layer, direction, metric, answer, wrong } = draft;
  const [cleanTokens, corruptTokens] = await Promise.all([likely.after(clean), likely.after(corrupt)]);
  const needed = answersOf(metric);
  const choices = {
    clean,
    corrupt,
    site,
    ...(layer !== undefined && needsLayer(site) ? { layer } : {}),
    direction,
    metric,
    ...(answer !== undefined && needed > 0 ? { answer } : {}),
    ...(wrong !== undefined && needed > 1 ? { wrong } : {}),
    unequal: cleanTokens.tokens.length !== corruptTokens.tokens.length,
  };
  const models = await session.call(listModels, null);
  return patchSpec(choices, modelFields(models, site.dictionary === undefined ? [] : [site.dictionary]));
}
