const mark = '#code=';
const fullLength = 10;

/** Takes the code out of the page's address, where it would stand in the history and in copies of it. */
export function takeCode(): string | undefined {
  if (!location.hash.startsWith(mark)) return undefined;
  const code = codeIn(location.hash);
  history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}

/** The code in what somebody typed or pasted: a code, or the whole link with one. */
export function codeIn(text: string): string {
  const place = text.indexOf(mark);
  if (place < 0) return text.trim();
  const code = text.slice(place + mark.length).trim();
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}

/** Whether all of a code is there. Which characters it may have is the hub's to say. */
export function isWhole(code: string): boolean {
  return code.replace(/[\s‐–-]/g, '').length === fullLength;
}

/** The link that opens the page by this code. */
export function linkOf(code: string): string {
  return `${location.origin}/${mark}${code}`;
}

/** Whether only this machine itself can follow a link to where the page is. */
export function isThisMachineOnly(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
