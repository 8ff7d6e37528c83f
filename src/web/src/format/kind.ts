import { readable } from '../hub/key';
import { t } from '../text/text.svelte';

const known = new Set([
  'anemometer', 'barometer', 'button', 'camera', 'clock', 'computer', 'dimmer', 'disk', 'door', 'heating', 'humidity', 'hygrometer',
  'lamp', 'meter', 'motion', 'network', 'plug', 'robot', 'sensor', 'switch', 'temperature', 'thermometer', 'tv', 'wind', 'window',
] as const);

/** A kind as people say it; one that the page has no word for stands for itself. */
export function kindTitle(kind: string): string {
  return known.has(kind as never) ? t(`kind.${kind as 'lamp'}`) : readable(kind);
}
