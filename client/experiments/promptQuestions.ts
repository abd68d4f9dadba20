/** The questions about the two prompts themselves: a missing one is typed, and both are shown before anything is asked of them. */
import { oneLine, plainLine } from '../../protocol/wording';
import { explain, toFailure } from '../failure';
import type { Likely } from './likely';
import { edited, promptsOfDraft, refusePrompts, swapped } from './patchDraft';
import type { DraftPrompts, PatchDraft } from './patchDraft';
import { answerName, lastWordsAsAnswers, promptRemark } from './promptPair';
import { askText, pick } from './quickInput';
import type { Choice, Remark } from './quickInput';
import { BACK } from './steps';
import type { Back, Place } from './steps';
import { tokenDifference } from './tokenDifference';

type Which = 'clean' | 'corrupt';

const ASKS: Record<Which, string> = {
  clean: 'Clean prompt: the text after which the model gives the right answer',
  corrupt: 'Corrupted prompt: the same text with what matters changed, so that the answer is another',
};

/** Asks for one of the prompts; the corrupted one begins as the clean one, since few words differ. */
export async function askPrompt(
  place: Place,
  title: string,
  draft: PatchDraft,
  which: Which,
): Promise<PatchDraft | Back | undefined> {
  const other = which === 'clean' ? draft.corrupt : draft.clean;
  const text = await askText(place, {
    title,
    prompt: ASKS[which],
    value: draft[which] === '' ? oneLine(other) : draft[which],
    refuse: (typed) => {
      if (typed.trim() === '') return 'A prompt needs text.';
      return typed === other ? refusePrompts({ clean: typed, corrupt: typed }) : undefined;
    },
  });
  if (text === undefined || text === BACK) return text;
  return edited(draft, { [which]: text });
}

type Review = 'use' | 'swap' | 'lastWords' | Which;

/** Shows both prompts, to be swapped or changed, until they are taken as they are. */
export async function reviewPrompts(
  place: Place,
  title: string,
  likely: Likely,
  start: PatchDraft,
): Promise<PatchDraft | Back | undefined> {
  let draft = start;
  for (;;) {
    const prompts = promptsOfDraft(draft);
    const choice = await pick<Review>(place, {
      title,
      placeholder: refusePrompts(prompts) ?? 'The two prompts, as the model will read them',
      items: reviewItems(draft, prompts),
      remark: remarkOn(prompts, likely),
    });
    if (choice === undefined || choice === BACK) return choice;
    if (choice === 'use') return draft;
    const changed = await change(place, title, draft, choice);
    if (changed === undefined) return undefined;
    if (changed !== BACK) draft = changed;
  }
}

/** How much the prompts differ as the model reads them, or why that is not known. */
async function remarkOn({ clean, corrupt }: DraftPrompts, likely: Likely): Promise<Remark> {
  try {
    const tokens = await Promise.all([likely.tokensOf(clean), likely.tokensOf(corrupt)]);
    const { label, advice } = tokenDifference(...tokens);
    return { label, detail: advice };
  } catch (error) {
    return {
      label: '$(warning) The tokens of the prompts are not known',
      detail: plainLine(explain(toFailure(error))),
    };
  }
}

async function change(
  place: Place,
  title: string,
  draft: PatchDraft,
  choice: Exclude<Review, 'use'>,
): Promise<PatchDraft | Back | undefined> {
  if (choice === 'swap') return swapped(draft);
  if (choice === 'lastWords') return { ...draft, lastWords: !draft.lastWords };
  return askPrompt({ ...place, first: false }, title, draft, choice);
}

function reviewItems(draft: PatchDraft, prompts: DraftPrompts): Choice<Review>[] {
  const { clean, corrupt, answer, wrong } = prompts;
  const usable = refusePrompts(prompts) === undefined;
  return [
    ...(usable ? [{ label: '$(check) Use these two prompts', value: 'use' as const }] : []),
    promptItem('clean', clean, answer),
    promptItem('corrupt', corrupt, wrong),
    { label: '$(arrow-swap) Swap clean and corrupted', value: 'swap' },
    ...lastWordItem(draft),
  ];
}

function promptItem(which: Which, prompt: string, answer: DraftPrompts['answer']): Choice<Review> {
  const name = which === 'clean' ? 'Clean' : 'Corrupted';
  const remarks = [
    ...(answer === undefined ? [] : [`answer ${answerName(answer)}`]),
    ...(promptRemark(prompt) === '' ? [] : [promptRemark(prompt)]),
  ];
  return {
    label: `$(edit) ${name}`,
    description: plainLine(remarks.join(' · ')),
    detail: plainLine(prompt),
    value: which,
  };
}

function lastWordItem({ clean, corrupt, lastWords }: PatchDraft): Choice<Review>[] {
  const pair = lastWordsAsAnswers(clean, corrupt);
  if (!pair) return [];
  const words = `${answerName(pair.answer)} and ${answerName(pair.wrong)}`;
  const label = lastWords
    ? `$(pass-filled) The last words are the answers`
    : `$(circle-large-outline) Take the last words as answers`;
  return [{ label, description: plainLine(words), value: 'lastWords' }];
}
