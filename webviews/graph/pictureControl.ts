/** The picture's handle, for buttons and keys outside of it. */
import type { PictureControl } from './picture';

export const pictureControl: { current: PictureControl | null } = { current: null };
