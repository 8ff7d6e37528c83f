/** The page of one device. */
export const device = {} as const;
