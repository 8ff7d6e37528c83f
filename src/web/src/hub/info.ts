import { isRecord, textOrNull } from './json';
import type { Ask } from './requests';

export interface HubInfo {
  readonly name: string | null;
  readonly version: string | null;
}

/** Calls the service hub.info, which answers one frame. */
export async function fetchHubInfo(ask: Ask): Promise<HubInfo> {
  const { body } = await ask('/api/services/hub.info', { method: 'POST', headers: { 'content-type': 'application/json' } });
  const frame: unknown = isRecord(body) && Array.isArray(body['frames']) ? body['frames'][0] : undefined;
  if (!isRecord(frame)) throw new Error('/api/services/hub.info: the answer has no frame');
  return { name: textOrNull(frame['name']), version: textOrNull(frame['version']) };
}
