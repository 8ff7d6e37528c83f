import { locales } from '../format/locale';
import { scaleBytes } from '../format/number';

const second = 1000;
const day = 86_400_000;

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat([...locales], options);
const fine = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const clock = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const short = format({ hour: '2-digit', minute: '2-digit' });
const date = format({ day: 'numeric', month: 'short' });
const fullDate = format({ day: 'numeric', month: 'short', year: 'numeric' });
const month = format({ month: 'short' });
const year = format({ year: 'numeric' });

/** Labels of the time axis: as fine as its steps, in local time, and on a second line what does not change at each. */
export function timeLabels(times: readonly number[], step: number): readonly string[] {
  const whole = step < second ? fine : step < 60 * second ? clock : step < day ? short : step < 28 * day ? date : step < 360 * day ? month : year;
  const around = step < day ? fullDate : step < 360 * day ? year : null;
  let last = '';
  return times.map((time) => {
    const label = whole.format(time);
    const behind = around?.format(time) ?? '';
    const news = behind !== last;
    last = behind;
    return news && behind ? `${label}\n${behind}` : label;
  });
}

const numbers = new Map<number, Intl.NumberFormat>();

/** Labels of an axis of numbers: all with as many decimals as its steps need. */
export function numberLabels(values: readonly (number | null)[], step: number, unit: string | null): readonly string[] {
  const bytes = unit === 'B' || unit === 'B/s';
  const greatest = Math.max(...values.map((value) => Math.abs(value ?? 0)));
  return values.map((value) => {
    if (value === null) return '';
    if (bytes) {
      const [, multiple] = scaleBytes(greatest);
      const size = greatest === 0 ? 1 : (scaleBytes(greatest)[0] / greatest);
      return `${plain(value * size, step * size)} ${multiple}`;
    }
    return greatest >= 1e7 || (greatest > 0 && greatest < 1e-4) ? value.toExponential(digitsFor(step / 10 ** Math.floor(Math.log10(greatest)))) : plain(value, step);
  });
}

function plain(value: number, step: number): string {
  const digits = digitsFor(step);
  let known = numbers.get(digits);
  if (!known) numbers.set(digits, (known = new Intl.NumberFormat([...locales], { minimumFractionDigits: digits, maximumFractionDigits: digits })));
  return known.format(value + 0);
}

function digitsFor(step: number): number {
  let digits = 0;
  while (digits < 12 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits += 1;
  return digits;
}
