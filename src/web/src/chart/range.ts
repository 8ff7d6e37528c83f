/** What stretch of time a chart shows; times in milliseconds since 1970. */
export type ChartRange =
  /** Up to now, and moving with it. */
  | { readonly kind: 'last'; readonly milliseconds: number }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number };

export type ChartMode = 'time' | 'xy';
