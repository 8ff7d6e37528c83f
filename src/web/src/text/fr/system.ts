import type { system as english } from '../en/system';
import type { Translation } from '../language';

export const system: Translation<typeof english> = {};
