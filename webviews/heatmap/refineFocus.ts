/** Brings the keyboard from a cell to what can be run of it next. */

/** The id of the list of refinements. */
export const REFINEMENTS = 'refinements';

/** Moves to the first refinement, if there is one. */
export function firstRefinement(): void {
  document.querySelector<HTMLElement>(`#${REFINEMENTS} vscode-button`)?.focus();
}
