/** Signing in, and who is signed in. */
export const door = {} as const;
