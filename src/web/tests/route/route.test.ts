import { describe, expect, test } from 'vitest';
import { chartAddress, deviceAddress, parseRoute } from '../../src/route/route';

const at = (path: string) => parseRoute(new URL(path, 'http://hub.test'));

describe('an address', () => {
  test.each([
    ['/', { page: 'overview', query: new URLSearchParams() }],
    ['/?room=Hall', { page: 'overview', query: new URLSearchParams('room=Hall') }],
    ['/system', { page: 'system' }],
    ['/system/', { page: 'system' }],
    ['/sessions', { page: 'sessions' }],
    ['/device/attic.system.cpu', { page: 'device', name: 'attic.system.cpu' }],
    ['/device/a%2Fb', { page: 'device', name: 'a/b' }],
    ['/device/', { page: 'unknown', path: '/device/' }],
    ['/device/%E0%A4%A', { page: 'unknown', path: '/device/%E0%A4%A' }],
    ['/else', { page: 'unknown', path: '/else' }],
  ])('%s is the page %j', (path, route) => {
    expect(at(path)).toEqual(route);
  });

  test.each(['attic.system.cpu', 'a/b', 'Ω ?&#%', '..'])('of the device %s leads back to it', (name) => {
    expect(at(deviceAddress(name))).toEqual(name === '..' ? { page: 'overview', query: new URLSearchParams() } : { page: 'device', name });
  });

  test('of a chart holds its keys in their order', () => {
    const route = at(chartAddress(['/b/1', '/a/x y&z', '/robot/position#x']));
    expect(route.page === 'chart' && route.query.getAll('key')).toEqual(['/b/1', '/a/x y&z', '/robot/position#x']);
  });
});
