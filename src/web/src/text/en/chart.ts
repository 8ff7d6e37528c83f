/** The chart and its page. */
export const chart = {} as const;
