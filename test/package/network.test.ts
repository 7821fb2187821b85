import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { network } from '../../scripts/package/network.ts';
import { configOf, text } from '../config/fixture.ts';

function portsOf(config: string): number[] {
  const { Resources } = parse(network(configOf(config)).text) as {
    Resources: { RoomSecurityGroup: { Properties: { SecurityGroupEgress: { FromPort: number; CidrIp: string }[] } } };
  };
  return Resources.RoomSecurityGroup.Properties.SecurityGroupEgress.map(({ FromPort }) => FromPort);
}

it('the rooms reach the databases and who tells of their machines, and nothing else', () => {
  const machine = (url: string) =>
    text.replace('    alarms:', `    machine: { from: prometheus, url: '${url}' }\n    alarms:`);
  expect(portsOf(text)).toEqual([5432, 5433, 443]);
  expect(portsOf(machine('http://{host}:9100/metrics'))).toEqual([5432, 5433, 9100, 443]);
  expect(portsOf(machine('http://prometheus.internal'))).toEqual([5432, 5433, 80, 443]);
});

it('the rooms reach the REST API of Patroni where the config says that there is one', () => {
  const patroni = text.replace('    alarms:', `    patroni: { url: 'http://{host}:8008' }\n    alarms:`);
  expect(portsOf(patroni)).toEqual([5432, 5433, 8008, 443]);
});
