/** Lets the page open without its hub from now on. Browsers allow it on this machine and over https alone; elsewhere nothing happens. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('/sw.js').catch((error: unknown) => console.warn('The page will not open without its hub:', error));
}
