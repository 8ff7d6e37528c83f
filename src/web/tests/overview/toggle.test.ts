import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { FakeHub } from '../hub/fakeHub';
import { Live } from '../../src/state/live.svelte';
import ToggleUnderLive from './ToggleUnderLive.svelte';

test.each([[true, 'on'], [false, 'off'], [undefined, 'no value'], [null, 'no value']])('a switch whose value is %s says %s', (value, word) => {
  render(ToggleUnderLive, { live: new Live(new FakeHub().environment), value });
  expect(screen.getByRole('switch', { name: 'Lamp' }).textContent).toContain(word);
  expect(screen.getByRole('switch').getAttribute('aria-checked')).toBe(String(value === true));
});
