/** The page of the hub itself. */
export const system = {} as const;
