/** The questions for what a graph is to explain: the likeliest tokens, one token, the difference of two, or a direction. */
import * as vscode from 'vscode';
import type { Answer } from '../../protocol/experimentSpec';
import { LIKELY_TARGET, readDirection } from '../../protocol/graphs';
import type { DirectionTarget, GraphTarget } from '../../protocol/graphs';
import { pickAnswer } from '../experiments/answerPick';
import { Likely } from '../experiments/likely';
import { answerName } from '../experiments/promptPair';
import { pick } from '../experiments/quickInput';
import type { Choice } from '../experiments/quickInput';
import { BACK, keep, walk } from '../experiments/steps';
import type { Back } from '../experiments/steps';
import type { Session } from '../session';

type Kind = 'token' | 'difference' | 'likely' | 'direction';

interface Draft {
  readonly kind?: Kind;
  readonly token?: Answer;
  readonly other?: Answer;
  readonly direction?: DirectionTarget;
}

const KINDS: readonly Choice<Kind>[] = [
  {
    label: 'A token',
    detail: 'Why the model holds this token as likely as it does, whether it is the likeliest or not',
    value: 'token',
  },
  {
    label: 'The difference of two tokens',
    detail: 'Why the one rather than the other: what speaks for both alike drops out',
    value: 'difference',
  },
  {
    label: 'The likeliest tokens',
    detail: 'The fewest that hold 95 % of the probability, ten at most',
    value: 'likely',
  },
  {
    label: 'A direction from a file',
    detail:
      'What the model holds behind its final norm, along one tensor (safetensors) or a list of numbers (JSON)',
    value: 'direction',
  },
];

/** Asks what is to be explained behind a prompt; undefined when the user gives up. Rejects when the model cannot be asked, or a file is no direction. */
export async function chooseTarget(session: Session, prompt: string): Promise<GraphTarget | undefined> {
  const title = 'Explain a chosen token';
  const likely = new Likely(session);
  try {
    const draft = await walk<Draft>(
      [
        keep('kind', ({ kind }, place) =>
          pick(place, {
            title,
            placeholder: 'What the graph is to explain',
            items: KINDS,
            preferred: (value) => value === kind,
          }),
        ),
        keep(
          'token',
          ({ token }, place) =>
            pickAnswer(place, likely, {
              title,
              placeholder: 'The token: the model’s favourites behind the prompt, or type another',
              prompt,
              preferred: token,
            }),
          ({ kind }) => kind === 'token' || kind === 'difference',
        ),
        keep(
          'other',
          ({ token, other }, place) =>
            pickAnswer(place, likely, {
              title,
              placeholder: `The token that ${answerName(token!)} is compared with`,
              prompt,
              preferred: other,
              excluded: [token!],
            }),
          ({ kind }) => kind === 'difference',
        ),
        keep(
          'direction',
          () => askDirection(session),
          ({ kind }) => kind === 'direction',
        ),
      ],
      {},
    );
    return draft && targetOf(draft);
  } finally {
    likely.dispose();
  }
}

/** A dialog that is left leads back to the question before. */
async function askDirection(session: Session): Promise<DirectionTarget | Back> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: 'Direction to explain: as many numbers as the model is wide',
      openLabel: 'Explain',
      filters: { Directions: ['safetensors', 'json'] },
    })) ?? [];
  if (!uri) return BACK;
  return { kind: 'direction', ...(await session.call(readDirection, { uri: uri.toString() })) };
}

function targetOf({ kind, token, other, direction }: Draft): GraphTarget {
  if (kind === 'direction') return direction!;
  if (kind === 'difference') return { kind, a: [token!], b: [other!] };
  return kind === 'token' ? { kind: 'tokens', tokens: [token!] } : LIKELY_TARGET;
}
