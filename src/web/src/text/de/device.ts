import type { device as english } from '../en/device';
import type { Translation } from '../language';

export const device: Translation<typeof english> = {};
