import { createContext } from 'svelte';
import { fetchHubInfo } from '../hub/info';
import { createAsk, type Ask } from '../hub/requests';
import { probeHub } from '../hub/probe';
import { HubStream, type Phase, type StreamEnvironment } from '../hub/stream';
import { followWakefulness } from '../hub/wake';
import { Router } from '../route/router.svelte';
import { Clock } from './clock.svelte';
import { Connection } from './connection.svelte';
import { Demo } from './demo.svelte';
import { Lines } from './lines.svelte';
import { Registry } from './registry.svelte';
import { Session } from './session.svelte';
import { Undo } from './undo.svelte';
import { Values, type Frame } from './values.svelte';
import { View } from './view.svelte';
import { Writes } from './writes.svelte';

export interface LiveEnvironment extends StreamEnvironment {
  ask: Ask;
  frame: Frame;
  /** Whether this browser may enter; without, it may. */
  session?: Session;
}

function inBrowser(): LiveEnvironment {
  const session = new Session();
  return {
    open: (url) => new WebSocket(url),
    probe: () => probeHub(async () => {
      await session.check();
      return session.phase === 'out';
    }),
    random: Math.random,
    ask: createAsk(session),
    frame: (work) => void requestAnimationFrame(work),
    session,
  };
}

/** The page's live picture of one hub: the stream and the requests on one side, the states that components read on the other. */
export class Live {
  readonly connection = new Connection();
  readonly clock = new Clock();
  readonly view = new View();
  readonly router = new Router();
  readonly undo = new Undo();
  readonly ask: Ask;
  readonly session: Session;
  readonly demo: Demo;
  readonly registry: Registry;
  readonly values: Values;
  readonly writes: Writes;
  readonly lines: Lines;
  /** All that the page follows comes over it. */
  readonly stream: HubStream;

  #stopFollowing = () => {};
  #stopRouting = () => {};

  constructor(environment: LiveEnvironment = inBrowser()) {
    this.ask = environment.ask;
    this.session = environment.session ?? Session.open();
    this.demo = new Demo(environment.ask);
    this.registry = new Registry(environment.ask, (time) => this.clock.follow(time));
    this.values = new Values(environment.frame, (changed) => {
      const keys = [...changed]; // it can be gone through once only
      this.registry.want(keys);
      this.writes.followed(keys);
    });
    this.lines = new Lines(environment.ask, '/device/', 6 * 3_600_000);
    this.writes = new Writes(environment.ask, (key) => this.values.get(key)?.entry);
    this.stream = new HubStream(
      {
        phase: (phase) => this.#entered(phase),
        snapshot: (changes) => {
          this.registry.refresh();
          this.values.replace(changes);
        },
        changed: (changes) => this.values.change(changes),
        rejected: (count) => (this.connection.rejected += count),
      },
      environment,
    );
  }

  start(): void {
    this.clock.start();
    this.#stopRouting = this.router.start();
    this.session.start({ entered: () => this.stream.start(), left: () => this.stream.stop() });
    this.#stopFollowing = followWakefulness(this.stream);
  }

  stop(): void {
    this.#stopFollowing();
    this.#stopRouting();
    this.undo.dismiss();
    this.writes.stop();
    this.lines.stop();
    this.session.stop();
    this.stream.stop();
    this.registry.stop();
    this.clock.stop();
  }

  #entered(phase: Phase): void {
    this.connection.phase = phase;
    if (phase === 'live') void this.#meetHub();
  }

  /** Asked whenever the page goes live: a restarted hub may have a new version. */
  async #meetHub(): Promise<void> {
    try {
      this.connection.hub = await fetchHubInfo(this.ask);
      this.connection.problem = undefined;
    } catch (error) {
      this.connection.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

/** How components below App reach the live picture. */
export const [useLive, provideLive] = createContext<Live>();
