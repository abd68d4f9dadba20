/** What the next action is about: what the open page of the details shows. */
import { computed } from '@preact/signals';
import { inert } from '../lib/inert';
import { canChange } from './model/interventions';
import { nodeName, short } from './model/words';
import { indicesOf, nodeAt } from './derived';
import { chosen, selected, selectedGroup } from './selection';
import { side } from './side';
import { snapshot } from './store';

export interface Subject {
  readonly ids: readonly string[];
  /** In words, for headings and results. */
  readonly name: string;
}

/** Longest name of a node in a sentence. */
const LONGEST_NAME = 60;

/** The selected group or node, whatever is chosen; null when there is neither. */
export const selectedSubject = computed<Subject | null>(() => {
  const group = selectedGroup.value;
  if (group) return { ids: group.members, name: `group “${short(inert(group.name), LONGEST_NAME)}”` };
  const node = nodeAt(selected.value);
  const graph = snapshot.value;
  if (!node || !graph) return null;
  return { ids: [node.id], name: `“${short(nodeName(node, graph), LONGEST_NAME)}”` };
});

/** What is chosen; null when nothing is. */
export const chosenSubject = computed<Subject | null>(() => {
  const ids = chosen.value;
  if (ids.length === 0) return null;
  return { ids, name: ids.length === 1 ? 'the chosen node' : `${ids.length} chosen nodes` };
});

/** What keys are about: the choice only while its page is open, else what is selected. */
export const subject = computed(() =>
  side.value === 'pinned' && chosenSubject.value ? chosenSubject.value : selectedSubject.value,
);

/** Those of a subject that an intervention can change: not outputs. */
export function changeable({ ids }: Subject): readonly string[] {
  return indicesOf(ids).flatMap((index) => {
    const node = nodeAt(index);
    return node && canChange(node) ? [node.id] : [];
  });
}
