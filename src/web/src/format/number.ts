import { locales } from './locale';

const formats: Intl.NumberFormat[] = [];

/** Making a format is slow, using it is fast. The browser's own locale decides the separators. */
function format(maximumFractionDigits: number): Intl.NumberFormat {
  return (formats[maximumFractionDigits] ??= new Intl.NumberFormat([...locales], { maximumFractionDigits }));
}

/**
 * A number as people read it. Whole numbers keep all digits; others show four significant ones and at least one decimal
 * (21.44, 1013.3). What is tiny or huge is written as a power of ten (3.2×10⁻⁸).
 */
export function formatNumber(value: number | bigint): string {
  if (typeof value === 'bigint') return format(0).format(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return format(0).format(value + 0);
  if (size < 1e-4 || size >= 1e9) return formatScientific(value);
  const wholeDigits = Math.floor(Math.log10(size)) + 1;
  return format(Math.max(1, 4 - wholeDigits)).format(value);
}

const raised = new Map([...'0123456789-'].map((digit, place) => [digit, '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'.charAt(place)]));

function formatScientific(value: number): string {
  const [mantissa = 0, exponent = ''] = value.toExponential(3).split('e');
  const power = [...exponent].map((digit) => raised.get(digit) ?? '').join('');
  return `${format(3).format(Number(mantissa))}×10${power}`;
}

const multiples = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A count of bytes in the largest unit that leaves at least one whole: [8.12, GB]. */
export function scaleBytes(bytes: number): readonly [number, string] {
  const size = Math.abs(bytes);
  const power = size < 1 ? 0 : Math.min(multiples.length - 1, Math.floor(Math.log10(size) / 3));
  return [bytes / 1000 ** power, multiples[power] ?? 'B'];
}

/** How far the value is between its bounds, 0 to 100; null when there is nothing to measure it by. */
export function percentBetween(value: unknown, minimum: number | null, maximum: number | null): number | null {
  if (typeof value !== 'number' || minimum === null || maximum === null || !(maximum > minimum)) return null;
  return Math.round(Math.min(1, Math.max(0, (value - minimum) / (maximum - minimum))) * 1000) / 10;
}
