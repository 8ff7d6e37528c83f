import type { Phase } from '../hub/stream';
import type { HubInfo } from '../hub/info';

/** How the page stands with its hub. */
export class Connection {
  phase = $state<Phase>('connecting');
  /** Elements of the stream that were not understood since the page was opened. */
  rejected = $state(0);
  hub = $state.raw<HubInfo>({ name: null, version: null });
  /** Why the hub's name could not be read, for people to read. */
  problem = $state<string>();
}
