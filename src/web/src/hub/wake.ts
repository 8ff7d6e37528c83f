export interface Sleeper {
  pause(): void;
  wake(): void;
}

const pauseAfter = 60_000;
const checkEvery = 5_000;

/** Tells the sleeper when the page was hidden for a minute, and when it is seen, online or awake again. Returns the way to stop. */
export function followWakefulness(sleeper: Sleeper): () => void {
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let checked = Date.now();

  const seen = () => {
    clearTimeout(hidden);
    if (document.visibilityState === 'visible') sleeper.wake();
    else hidden = setTimeout(() => sleeper.pause(), pauseAfter);
  };
  const online = () => {
    if (document.visibilityState === 'visible') sleeper.wake();
  };
  // No event tells that the machine slept; a timer that came far too late does.
  const check = setInterval(() => {
    const late = Date.now() - checked > 3 * checkEvery;
    checked = Date.now();
    if (late) online();
  }, checkEvery);

  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', online);
  return () => {
    clearTimeout(hidden);
    clearInterval(check);
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', online);
  };
}
