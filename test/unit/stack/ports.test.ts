import { expect, test } from 'vitest';
import { defaultPortBase, portBase, portPlan } from '../../../stack/ports.ts';

const firstPortOfClients = 32_768;

test('the ports of a plan are distinct and within the ten ports of a stack', () => {
  const ports = Object.values(portPlan(27_200));
  expect(new Set(ports).size).toBe(ports.length);
  expect(Math.max(...ports)).toBeLessThan(27_210);
});

test('a stack always has the same ports, and other ports than the default stack', () => {
  expect(defaultPortBase('default')).toBe(27_200);
  expect(defaultPortBase('test')).toBe(defaultPortBase('test'));
  expect(defaultPortBase('test')).not.toBe(defaultPortBase('default'));
});

test('no default base reaches the ports that Linux gives to outgoing connections', () => {
  const bases = Array.from({ length: 2_000 }, (_, number) => defaultPortBase(`stack-${number}`));
  expect(Math.max(...bases) + 9).toBeLessThan(firstPortOfClients);
});

test('ASOF_PORT_BASE moves the stack', () => {
  expect(portBase('default', { ASOF_PORT_BASE: '30100' })).toBe(30_100);
  expect(portBase('default', { ASOF_PORT_BASE: '' })).toBe(27_200);
});

test.each(['no', '80', '70000', '27200.5'])(
  'ASOF_PORT_BASE=%s is refused, and the error states the expected range',
  (given) => {
    expect(() => portBase('default', { ASOF_PORT_BASE: given })).toThrow(
      `ASOF_PORT_BASE is '${given}'; expected a whole number from 1024 to 65500`,
    );
  },
);
