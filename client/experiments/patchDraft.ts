/** What has been answered so far of the questions of a patching experiment. Pure. */
import type { Answer, Direction } from '../../protocol/experimentSpec';
import type { DictionaryInfo } from '../../protocol/models';
import { DIRECTIONS, PATCH_METRICS, SITES } from './choices';
import type { MetricChoice, SiteChoice } from './choices';
import { lastWordsAsAnswers } from './promptPair';
import type { FoundPrompts } from './selectedPrompts';

/** What is offered first the next time. */
export interface PatchHabits {
  readonly site: SiteChoice;
  readonly direction: Direction;
  readonly metric: MetricChoice;
}

export interface PatchDraft extends PatchHabits {
  /** As found or typed. */
  readonly clean: string;
  /** Empty until it is typed, where it has to be. */
  readonly corrupt: string;
  /** Whether the corrupted prompt has to be asked for. */
  readonly asksCorrupt: boolean;
  /** Whether the last words of both are left out of the prompts and taken as answers. */
  readonly lastWords: boolean;
  /** Where neurons are patched: the strongest are looked for in one layer. */
  readonly layer?: number;
  /** Chosen answers. */
  readonly answer?: Answer | undefined;
  readonly wrong?: Answer | undefined;
}

/** The prompts as they will be run, and the answers that the texts themselves give. */
export interface DraftPrompts {
  readonly clean: string;
  readonly corrupt: string;
  readonly answer?: Answer;
  readonly wrong?: Answer;
}

const FIRST_TIME: PatchHabits = { site: { site: 'resid_pre' }, direction: 'denoise', metric: 'logit_diff' };

/** What stands for prompts where there are none: known to the demo model and to any larger one. */
const EXAMPLE = {
  clean: 'When Mary and John went to the store, John gave a drink to Mary.',
  corrupt: 'When Mary and John went to the store, Mary gave a drink to John.',
};

/** Begins with what was found, or with an example. */
export function startDraft({ clean, corrupt }: FoundPrompts, habits: PatchHabits): PatchDraft {
  const prompts = clean === null ? EXAMPLE : { clean, corrupt: corrupt ?? '' };
  const lastWords = lastWordsAsAnswers(prompts.clean, prompts.corrupt) !== null;
  return { ...habits, ...prompts, asksCorrupt: prompts.corrupt === '', lastWords };
}

export function promptsOfDraft({ clean, corrupt, lastWords }: PatchDraft): DraftPrompts {
  return (lastWords ? lastWordsAsAnswers(clean, corrupt) : null) ?? { clean, corrupt };
}

/** Puts one prompt in the place of the other; an answer that was chosen for the one is not the other's. */
export function swapped(draft: PatchDraft): PatchDraft {
  return edited(draft, { clean: draft.corrupt, corrupt: draft.clean });
}

/** Takes other prompts; answers that were chosen for the earlier ones are forgotten. */
export function edited(draft: PatchDraft, prompts: { clean?: string; corrupt?: string }): PatchDraft {
  const next = { ...draft, ...prompts, answer: undefined, wrong: undefined };
  const pair = lastWordsAsAnswers(next.clean, next.corrupt);
  const before = lastWordsAsAnswers(draft.clean, draft.corrupt);
  // Once switched off it stays off, as long as it could be on.
  return { ...next, lastWords: pair !== null && (before === null || draft.lastWords) };
}

/** Why the prompts cannot be compared; undefined when they can. */
export function refusePrompts({ clean, corrupt }: DraftPrompts): string | undefined {
  if (clean === corrupt)
    return 'The two prompts are the same, so patching would change nothing. Change one of them.';
  return undefined;
}

/** Every site that can be patched: the model's own, then the features of each dictionary. */
export function patchSites(dictionaries: readonly DictionaryInfo[]): readonly SiteChoice[] {
  const loaded = dictionaries.filter(({ state }) => state === 'loaded');
  return [
    ...SITES.map((site) => ({ site })),
    ...loaded.map(({ id }) => ({ site: 'features' as const, dictionary: id })),
  ];
}

/** Whether the strongest units of a site are looked for, which is done in one layer. */
export function needsLayer({ site }: SiteChoice): boolean {
  return site === 'mlp_post';
}

export function sameSite(a: SiteChoice, b: SiteChoice): boolean {
  return a.site === b.site && a.dictionary === b.dictionary;
}

/** Reads what was stored; what is not known is as the first time. */
export function readHabits(stored: unknown): PatchHabits {
  if (typeof stored !== 'object' || stored === null) return FIRST_TIME;
  const { site, direction, metric } = stored as Record<string, unknown>;
  return {
    site: readSite(site) ?? FIRST_TIME.site,
    direction: DIRECTIONS.find((known) => known.direction === direction)?.direction ?? FIRST_TIME.direction,
    metric: PATCH_METRICS.find((known) => known.metric === metric)?.metric ?? FIRST_TIME.metric,
  };
}

function readSite(stored: unknown): SiteChoice | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { site, dictionary } = stored as Record<string, unknown>;
  if (site === 'features' && typeof dictionary === 'string') return { site, dictionary };
  const known = SITES.find((name) => name === site);
  return known && { site: known };
}
