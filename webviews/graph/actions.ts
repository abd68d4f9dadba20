/** What buttons and keys do. */
import { pin, unpin, ungroup } from './model/annotations';
import { changeWords, scaling } from './model/interventions';
import { nodeAt, pinned, range } from './derived';
import type { Action } from './keys';
import {
  back,
  choose,
  chosen,
  move,
  pathChoice,
  pathHere,
  select,
  selectBox,
  selected,
  selectedGroup,
} from './selection';
import { form, helpOpen, openForm, showSide } from './side';
import type { Form, SidePage } from './side';
import { annotations, ask, edit, host, notice, problem, snapshot, unable, update, view } from './store';
import { changeable, chosenSubject, subject } from './subject';
import type { Subject } from './subject';
import { hold, intervene } from './trials';

/** Steps of the influence slider that keys make. */
const THRESHOLD_STEPS = 20;

/** Where one can be sent: the search field, the details, the factor by which nodes are scaled, the form that verifies edges. */
export const focusOn: Record<'search' | 'side' | 'factor' | 'verify', () => void> = {
  search: () => undefined,
  side: () => undefined,
  factor: () => undefined,
  verify: () => undefined,
};

export function togglePin(index: number): void {
  const node = nodeAt(index);
  if (!node) return;
  edit(pinned.value.has(index) ? unpin(annotations.value, [node.id]) : pin(annotations.value, [node.id]));
}

/** Chooses a node for actions on several, or no longer, and shows what is chosen: that is what keys are about from then on. */
export function toggleChosen(index: number): void {
  const node = nodeAt(index);
  if (!node) return;
  const isChosen = chosen.value.includes(node.id);
  if (!isChosen) edit(pin(annotations.value, [node.id]));
  choose(node.id, !isChosen);
  notice.value = isChosen ? 'No longer chosen.' : 'Chosen.';
  showSide('pinned');
}

export function scale({ ids, name }: Subject, factor: number): void {
  const nodes = changeable({ ids, name });
  if (unable.value !== null) problem.value = unable.value;
  else if (nodes.length === 0)
    problem.value =
      'Outputs are what is explained; they cannot be changed. Choose features, tokens or errors.';
  else intervene(changeWords(name, factor), scaling(nodes, factor, hold.value));
}

export function goTo(position: number): void {
  ask(host.call('goTo', { position }));
}

/** Does what a key says. */
export function perform(action: Action): void {
  switch (action) {
    case 'input':
    case 'output':
    case 'next':
    case 'previous':
    case 'up':
    case 'down':
    case 'first':
    case 'last':
    case 'top':
    case 'bottom':
      move(action);
      return;
    case 'back':
      back();
      return;
    case 'details':
      showSide('node');
      focusOn.side();
      return;
    case 'pin':
      if (selected.value !== null) togglePin(selected.value);
      return;
    case 'choose':
      if (selected.value !== null) toggleChosen(selected.value);
      return;
    case 'group':
      if (selectedGroup.value && !isAboutChoice()) notice.value = 'This is a group already.';
      else toggleForm('group');
      return;
    case 'scale':
      if (!subject.value) return;
      showSide(pageOfSubject());
      focusOn.factor();
      return;
    case 'note':
      if (selected.value !== null) toggleForm('note');
      return;
    case 'ungroup':
      if (selectedGroup.value && !isAboutChoice()) edit(ungroup(annotations.value, selectedGroup.value.name));
      return;
    case 'ablate':
      if (subject.value) scale(subject.value, 0);
      return;
    case 'path':
      pathHere();
      return;
    case 'goTo':
      withNode(({ position }) => {
        goTo(position);
      });
      return;
    case 'dashboard':
      withFeature('openDashboard');
      return;
    case 'label':
      withFeature('label');
      return;
    case 'search':
      focusOn.search();
      return;
    case 'errors':
      update({ hideErrors: !view.value.hideErrors });
      return;
    case 'fewer':
    case 'more':
      stepThreshold(action === 'more' ? 1 : -1);
      return;
    case 'graph':
    case 'subgraph':
    case 'table':
      update({ view: action });
      return;
    case 'help':
      helpOpen.value = true;
      return;
    case 'escape':
      escape();
  }
}

/** A double click: the dashboard of a feature that a dictionary has, or the details. */
export function open(index: number): void {
  const node = nodeAt(index);
  select(index);
  if (node?.feature) ask(host.call('openDashboard', node.feature));
  else showSide('node');
}

function toggleForm(wanted: Form): void {
  if (!subject.value) return;
  showSide(wanted === 'note' ? 'node' : pageOfSubject());
  openForm(form.value === wanted ? null : wanted);
}

function pageOfSubject(): SidePage {
  return isAboutChoice() ? 'pinned' : 'node';
}

function isAboutChoice(): boolean {
  return subject.value !== null && subject.value === chosenSubject.value;
}

function stepThreshold(by: 1 | -1): void {
  const { least, most } = range.value;
  const wanted = Math.min(most, view.value.threshold) + (by * (most - least)) / THRESHOLD_STEPS;
  update({ threshold: Math.min(1, Math.max(0, wanted)) });
}

/** One thing at a time. */
function escape(): void {
  if (form.value !== null) openForm(null);
  else if (pathChoice.value) pathChoice.value = null;
  else selectBox(null);
}

function withNode(job: (node: NonNullable<ReturnType<typeof nodeAt>>) => void): void {
  const node = nodeAt(selected.value);
  if (node) job(node);
}

function withFeature(method: 'openDashboard' | 'label'): void {
  withNode(({ feature, kind }) => {
    if (feature) ask(host.call(method, feature, 0));
    else
      problem.value =
        kind === 'feature'
          ? (snapshot.value?.unable ?? 'No dictionary that has this feature is loaded.')
          : 'Only features of a loaded dictionary have a dashboard and a label of your own.';
  });
}
