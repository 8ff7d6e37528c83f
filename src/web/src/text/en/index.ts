import { shell } from './shell';
import { overview } from './overview';
import { values } from './values';
import { device } from './device';
import { chart } from './chart';
import { system } from './system';
import { door } from './door';

/** Every text of the page. {name} stands for a parameter; a text that counts has the plural forms of its language. */
export const en = { ...shell, ...overview, ...values, ...device, ...chart, ...system, ...door } as const;
