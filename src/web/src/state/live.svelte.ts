import { createContext } from 'svelte';
import { ChangeStream, type Phase, type StreamEnvironment } from '../hub/changes';
import { fetchHubInfo } from '../hub/info';
import { createAsk, type Ask } from '../hub/requests';
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
    open: (url) => openStream(url, session),
    random: Math.random,
    ask: createAsk(session),
    frame: (work) => void requestAnimationFrame(work),
    session,
  };
}

/** A stream that is refused does not say why: the session is asked about. */
function openStream(url: string, session: Session): EventSource {
  const source = new EventSource(url);
  source.addEventListener('error', () => {
    if (source.readyState === source.CLOSED) session.refused();
  });
  return source;
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

  readonly #stream: ChangeStream;
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
    this.lines = new Lines(environment.ask);
    this.writes = new Writes(environment.ask, (key) => this.values.get(key)?.entry);
    this.#stream = new ChangeStream(
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
    this.session.start({ entered: () => this.#stream.start(), left: () => this.#stream.stop() });
    this.#stopFollowing = followWakefulness(this.#stream);
  }

  stop(): void {
    this.#stopFollowing();
    this.#stopRouting();
    this.undo.dismiss();
    this.writes.stop();
    this.lines.stop();
    this.session.stop();
    this.#stream.stop();
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
