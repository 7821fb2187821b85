import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { rightsOf } from '../../scripts/package/rights.ts';
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

it('the rooms reach the poolers that they close, and the store of their passwords', () => {
  const login = '{ user: nightshift_act, password: ssm:/nightshift/pool }';
  const pooler = `{ host: pool.internal, port: 6432, database: orders, credentials: { act: ${login} } }`;
  const fenced = text.replace(
    '    alarms:',
    `    fence: { by: pgbouncer, poolers: { pool-1: ${pooler} } }\n    alarms:`,
  );
  expect(portsOf(fenced)).toEqual([5432, 5433, 6432, 443]);
  const twoDatabases = fenced.replace('pool-1:', `pool-1-billing: ${pooler.replace('orders', 'billing')}, pool-1:`);
  expect(
    configOf(twoDatabases).targets.flatMap(({ fence }) => fence?.poolers.map(({ database }) => database)),
  ).toContain('billing');
  expect(portsOf(twoDatabases)).toEqual([5432, 5433, 6432, 443]);
  expect(network(configOf(text)).text).not.toContain('SsmEndpoint');
  expect(network(configOf(fenced)).text).toContain('SsmEndpoint');
  const secretsOf = (room: 'read' | 'act') => JSON.stringify(rightsOf(configOf(fenced))[room]);
  expect(secretsOf('act')).toContain('parameter/nightshift/pool');
  expect(secretsOf('read')).not.toContain('parameter/nightshift/pool');
});
