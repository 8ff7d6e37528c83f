import type { door as english } from '../en/door';
import type { Translation } from '../language';

export const door: Translation<typeof english> = {};
