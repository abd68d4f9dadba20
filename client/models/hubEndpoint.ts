/** Which hub is asked. Pure. */

const PUBLIC = 'https://huggingface.co';

/**
 * Address of the hub, as huggingface_hub finds it but for the setting, which comes first.
 * @throws {Error} when that is no address
 */
export function hubEndpoint(setting: string, environment: string | undefined): string {
  const written = setting.trim() || environment?.trim() || PUBLIC;
  if (!URL.canParse(written) || !['http:', 'https:'].includes(new URL(written).protocol))
    throw new Error(
      `${written} is no address of a hub. Correct featurescope.hub.endpoint, or HF_ENDPOINT in the environment.`,
    );
  return written.replace(/\/+$/, '');
}

/** What the user knows a hub by. */
export function hostOf(endpoint: string): string {
  return new URL(endpoint).host;
}
