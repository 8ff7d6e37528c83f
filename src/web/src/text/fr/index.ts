import { shell } from './shell';
import { overview } from './overview';
import { values } from './values';
import { device } from './device';
import { chart } from './chart';
import { system } from './system';
import { door } from './door';
import type { Language } from '../language';

export const fr: Language['texts'] = { ...shell, ...overview, ...values, ...device, ...chart, ...system, ...door };
