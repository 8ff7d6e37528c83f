import type { chart as english } from '../en/chart';
import type { Translation } from '../language';

export const chart: Translation<typeof english> = {};
