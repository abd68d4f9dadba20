/** A command's questions one after the other, each with a way back to the one before. Pure. */

/** The user asked for the question before. */
export const BACK = Symbol('back');
export type Back = typeof BACK;

function isBack(answer: unknown): answer is Back {
  return answer === BACK;
}

/** Where a question stands among those that are asked, for its title. `first`: there is no way back. */
export interface Place {
  readonly step: number;
  readonly total: number;
  readonly first: boolean;
}

export interface Step<State> {
  /** Whether the question is asked, given what was answered so far. */
  readonly when?: (state: State) => boolean;
  /** Resolves to the state with the answer, or undefined when the user gave up. */
  ask(state: State, place: Place): Promise<State | Back | undefined>;
}

/**
 * Asks every step that applies. Going back keeps what was answered, so that each question can offer its last answer.
 * @returns the state after the last step, or undefined when the user gave up
 */
export async function walk<State>(steps: readonly Step<State>[], start: State): Promise<State | undefined> {
  let state = start;
  let at = next(steps, state, -1);
  while (at < steps.length) {
    const answer = await steps[at]!.ask(state, place(steps, state, at));
    if (answer === undefined) return undefined;
    if (answer === BACK) {
      at = previous(steps, state, at);
    } else {
      state = answer;
      at = next(steps, state, at);
    }
  }
  return state;
}

/** A step whose answer is kept under a key of the state. */
export function keep<State extends object, Key extends keyof State>(
  key: Key,
  ask: (state: State, place: Place) => Promise<NonNullable<State[Key]> | Back | undefined>,
  when?: (state: State) => boolean,
): Step<State> {
  return {
    ...(when ? { when } : {}),
    ask: async (state, place) => {
      const answer = await ask(state, place);
      if (answer === undefined) return undefined;
      return isBack(answer) ? BACK : Object.assign({}, state, { [key]: answer });
    },
  };
}

function place<State>(steps: readonly Step<State>[], state: State, at: number): Place {
  const asked = steps.filter((step) => applies(step, state));
  const step = asked.indexOf(steps[at]!) + 1;
  return { step, total: asked.length, first: step === 1 };
}

function next<State>(steps: readonly Step<State>[], state: State, from: number): number {
  const found = steps.findIndex((step, i) => i > from && applies(step, state));
  return found < 0 ? steps.length : found;
}

/** The question before, or the same again when it is the first. */
function previous<State>(steps: readonly Step<State>[], state: State, from: number): number {
  const found = steps.slice(0, from).findLastIndex((step) => applies(step, state));
  return found < 0 ? from : found;
}

function applies<State>({ when }: Step<State>, state: State): boolean {
  return when?.(state) ?? true;
}
