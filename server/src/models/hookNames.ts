/** Names of hook points: aliases, globs and near misses. */

/** interp-engine's addresses (decoderesearch/interp-engine, `points.py`) and their TransformerLens names. */
const ADDRESSES: Readonly<Record<string, string>> = {
  resid_pre: 'hook_resid_pre',
  resid_mid: 'hook_resid_mid',
  resid_post: 'hook_resid_post',
  attn_out: 'hook_attn_out',
  mlp_out: 'hook_mlp_out',
  q: 'attn.hook_q',
  k: 'attn.hook_k',
  v: 'attn.hook_v',
  z: 'attn.hook_z',
  attn_scores: 'attn.hook_attn_scores',
  pattern: 'attn.hook_pattern',
  result: 'attn.hook_result',
  mlp_in: 'mlp.hook_in',
  mlp_pre: 'mlp.hook_pre',
  mlp_post: 'mlp.hook_post',
};

/** TransformerLens 3 names of the same values (`model_structure.md` there). */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^embed\.hook_out$/, 'hook_embed'],
  [/^pos_embed\.hook_out$/, 'hook_pos_embed'],
  [/^unembed\.hook_out$/, 'logits'],
  [/^(blocks\.[^.]+)\.hook_in$/, '$1.hook_resid_pre'],
  [/^(blocks\.[^.]+)\.hook_out$/, '$1.hook_resid_post'],
  [/^(blocks\.[^.]+\.attn)\.([qkv])\.hook_out$/, '$1.hook_$2'],
  [/^(blocks\.[^.]+)\.attn\.hook_out$/, '$1.hook_attn_out'],
  [/^(blocks\.[^.]+)\.mlp\.hook_out$/, '$1.hook_mlp_out'],
  [/^(blocks\.[^.]+\.attn)\.o\.hook_in$/, '$1.hook_z'],
];

/** The TransformerLens name of a hook point or glob; names that are no alias come back as they are. */
export function canonicalHook(name: string): string {
  const address = /^([a-z_]+)\.(\d+|\*)$/.exec(name);
  const point = address && Object.hasOwn(ADDRESSES, address[1]!) ? ADDRESSES[address[1]!] : undefined;
  if (address && point) return `blocks.${address[2]!}.${point}`;
  const alias = ALIASES.find(([pattern]) => pattern.test(name));
  return alias ? name.replace(alias[0], alias[1]) : name;
}

/** A site as experiments name it, and the layer of it that a hook point is. */
export interface NamedSite {
  readonly site: string;
  readonly layer: number | null;
}

/**
 * What the name of a hook point, or the part of it after the layer, is called as a site: `z` in layer 1 for
 * `blocks.1.attn.hook_z`, `z` for `hook_z`. Null for names that are none of these.
 */
export function siteOfHook(name: string): NamedSite | null {
  const canonical = canonicalHook(name);
  if (canonical === 'hook_embed' || canonical === 'hook_pos_embed')
    return { site: canonical.slice('hook_'.length), layer: null };
  const match = /^(?:blocks\.(\d+)\.)?(.+)$/s.exec(canonical);
  if (!match) return null;
  const [, digits, point] = match;
  const site = Object.keys(ADDRESSES).find(
    (address) => ADDRESSES[address] === point || ADDRESSES[address]!.split('.')[1] === point,
  );
  return site === undefined ? null : { site, layer: digits === undefined ? null : Number(digits) };
}

/** Computed only when named in full up to the layer: one term a head for every position. */
export function isCostly(hook: string): boolean {
  return /\.hook_result$/.test(hook);
}

/** A glob over hook names: `*` stays within one dotted part, `**` does not. */
export function globPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '.*' : part === '*' ? '[^.]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`);
}

export class UnknownHookPointError extends Error {}

/**
 * The hook points that globs ask for, in the model's order, each once.
 * @throws UnknownHookPointError naming near misses when a glob matches nothing
 */
export function matchHooks(globs: readonly string[], hooks: readonly string[]): string[] {
  const wanted = new Set<string>();
  for (const glob of globs) {
    const canonical = hooks.includes(glob) ? glob : canonicalHook(glob);
    const pattern = globPattern(canonical);
    const last = canonical.split('.').at(-1)!;
    const matches = hooks.filter((hook) => pattern.test(hook) && (!isCostly(hook) || !last.includes('*')));
    if (matches.length === 0) throw new UnknownHookPointError(noMatch(glob, hooks));
    for (const hook of matches) wanted.add(hook);
  }
  return hooks.filter((hook) => wanted.has(hook));
}

/** That nothing is called so, with the reason where other models have it, else with near misses. */
export function noMatch(glob: string, hooks: readonly string[]): string {
  const lacking = whyLacking(canonicalHook(glob), hooks);
  if (lacking) return `no hook point matches "${glob}": ${lacking}`;
  const addresses = Object.keys(ADDRESSES).map((address) => `${address}.*`);
  const near = nearest(glob, [...hooks, ...addresses], 3);
  return `no hook point matches "${glob}"${near.length > 0 ? `; did you mean ${near.join(', ')}?` : ''}`;
}

/** What about a model leaves out a hook point that others have, or null. */
function whyLacking(hook: string, hooks: readonly string[]): string | null {
  const has = (end: string) => hooks.some((other) => other.endsWith(end));
  if (hook === 'hook_pos_embed' && has('.hook_rot_q')) return 'this model turns queries and keys instead';
  if (!has('.hook_resid_post')) return null;
  if (/\.(hook_resid_mid|hook_mlp_out|mlp\.hook_(in|pre|post))$/.test(hook) && !has('.mlp.hook_post'))
    return 'this model has no MLPs';
  if (hook.endsWith('.hook_resid_mid') && !has('.hook_resid_mid'))
    return 'attention and MLP of this model read the same residual stream, and there is none between them';
  return null;
}

function nearest(name: string, hooks: readonly string[], count: number): string[] {
  return hooks
    .map((hook) => ({ hook, distance: editDistance(name, hook) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ hook }) => hook);
}

/** Levenshtein's distance: insertions, deletions and replacements of one UTF-16 unit. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
