import { describe, expect, test } from 'vitest';
import { controlOf, pairsOf, stepOf } from '../../src/control/control';
import { pictureOf } from '../../src/control/picture';
import { parseDevices, type Property } from '../../src/hub/devices';
import type { Json } from '../../src/hub/json';

const still = 'data:image/png;base64,iVBORw0KGgo=';

function property(part: Record<string, unknown>): Property {
  return parseDevices([{ name: 'd', properties: { p: part } }]).get('d')?.properties.get('p') as Property;
}

const settable = (part: Record<string, unknown>) => property({ access: 'readWrite', ...part });

describe('the control of a property', () => {
  test.each<[string, Property | undefined, Json | undefined]>([
    ['switch', settable({ type: 'boolean' }), true],
    ['switch', settable({ type: 'boolean' }), undefined],
    ['slider', settable({ type: 'integer', minimum: 0, maximum: 100 }), 40],
    ['slider', settable({ type: 'real', minimum: -1, maximum: 1 }), null],
    ['choice', settable({ type: 'list', choices: ['a', 'b'] }), 'a'],
    ['button', property({ type: 'boolean', access: 'write' }), undefined],
    // What the value is stands over what is said of it.
    ['text', settable({ type: 'boolean' }), 'broken'],
    ['text', settable({ type: 'integer', minimum: 0, maximum: 100 }), 'broken'],
    ['number', settable({ type: 'integer' }), 40],
    ['number', settable({ type: 'integer', minimum: 5, maximum: 5 }), 40],
    ['number', property({ type: 'real' }), 21.5],
    ['number', undefined, 12345678901234567890n],
    ['state', property({ type: 'boolean' }), false],
    ['state', undefined, true],
    ['text', undefined, 'hello'],
    ['picture', property({ type: 'text' }), still],
    ['picture', undefined, { blob: 'abc', type: 'image/jpeg', size: 5 }],
    ['data', undefined, { blob: 'abc', type: 'text/html', size: 5 }],
    ['data', undefined, [1, 2]],
    ['none', undefined, null],
    ['none', property({ type: 'real' }), undefined],
  ])('is %s', (control, known, value) => {
    expect(controlOf(known, value)).toBe(control);
  });

  test('goes in whole steps, and in fine ones where numbers are real', () => {
    const step = (type: string, minimum: number, maximum: number) => stepOf({ ...settable({ type }), minimum, maximum });
    expect([step('integer', 0, 100), step('integer', 0, 5), step('real', 0, 1), step('real', -40, 60)]).toEqual([1, 1, 0.01, 1]);
  });
});

describe('a picture', () => {
  test.each([
    still,
    'data:image/jpeg;base64,AAAA',
    'data:image/webp;base64,AA==',
  ])('is %s', (value) => {
    expect(pictureOf(value)).toBe(value);
  });

  test.each<Json | undefined>([
    'data:image/svg+xml;base64,PHN2Zz4=',
    'data:text/html;base64,AAAA',
    'data:image/png,AAAA',
    'data:image/png;base64,AA"onerror=alert(1)',
    'data:image/png;base64,AAAA\n',
    ' data:image/png;base64,AAAA',
    'https://example.org/x.png',
    '/api/blobs/x',
    'javascript:alert(1)',
    { blob: 'x', type: 'image/svg+xml' },
    { blob: 'x', type: 'image/png\n' },
    { blob: '', type: 'image/png' },
    { blob: '..', type: 'image/png' },
    { blob: 5, type: 'image/png' },
    [still],
    undefined,
    7,
  ])('is not %j', (value) => {
    expect(pictureOf(value)).toBeNull();
  });

  test('of a blob comes from this hub, whatever the blob is called', () => {
    expect(pictureOf({ blob: '../x?y#z', type: 'image/png', size: 1 })).toBe('/api/blobs/..%2Fx%3Fy%23z');
    expect(pictureOf({ blob: '//evil.example/x', type: 'image/gif', size: 1 })).toBe('/api/blobs/%2F%2Fevil.example%2Fx');
  });
});

test('an object is read as pairs when it is flat and short', () => {
  expect(pairsOf({ x: 1, y: null })).toEqual([['x', 1], ['y', null]]);
  expect([pairsOf({}), pairsOf([1]), pairsOf({ x: { y: 1 } }), pairsOf('x'), pairsOf(null)]).toEqual([null, null, null, null, null]);
  expect(pairsOf(Object.fromEntries(Array.from({ length: 13 }, (_, n) => [n, n])))).toBeNull();
});
