/** Ids of models on a hub, as they are typed or pasted. Pure. */

/** One part of an id: letters, digits, `-`, `_` and `.`, neither first nor last a sign (huggingface_hub, utils/_validators.py). */
const PART = /^\w(?:[\w.-]{0,94}\w)?$/;
const REVISION = /^[\w][\w./-]{0,254}$/;

/** The id that was meant: also of the address of a model's page, with the branch or commit that it shows. */
export function hubIdOf(typed: string): string {
  const address = /^https?:\/\/[^/]+\/(.*)$/.exec(typed.trim());
  if (!address) return typed.trim();
  const [path = ''] = address[1]!.split(/[?#]/);
  const [organisation = '', name = '', view = '', revision = ''] = path.split('/');
  const id = name === '' ? organisation : `${organisation}/${name}`;
  return ['tree', 'blob', 'commit', 'resolve'].includes(view) && revision !== '' ? `${id}@${revision}` : id;
}

/** Why this cannot be the id of a model, with an example of one; undefined when it can. */
export function refuseHubId(typed: string): string | undefined {
  const id = hubIdOf(typed);
  if (id === '') return 'Type the id of a model, as in openai-community/gpt2.';
  const [model = '', ...revisions] = id.split('@');
  const parts = model.split('/');
  if (parts.length > 2) return 'An id has one slash at most, as in openai-community/gpt2.';
  if (!parts.every((part) => PART.test(part) && !/--|\.\./.test(part)))
    return 'An id has letters, digits and single “-”, “_” or “.” between them, as in openai-community/gpt2.';
  const [revision] = revisions;
  if (revisions.length > 1 || (revision !== undefined && !isRevision(revision)))
    return 'Behind the @ stands one branch, tag or commit, as in openai-community/gpt2@main.';
  return undefined;
}

function isRevision(text: string): boolean {
  return REVISION.test(text) && !text.includes('..');
}
