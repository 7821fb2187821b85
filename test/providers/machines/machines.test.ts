import { describe, expect, it } from 'vitest';
import { disk } from '../../../src/checks/postgres/disk.ts';
import { machine } from '../../../src/checks/postgres/machine.ts';
import { machine as redisMachine } from '../../../src/checks/redis/machine.ts';
import { takeFreePort } from '../../../src/runtime/free-port.ts';
import { withMachines } from '../../../src/providers/machines.ts';
import { machineQuery } from '../../../src/providers/prometheus/query.ts';
import type { RedisTarget } from '../../../src/targets/redis.ts';
import type { MachineSource } from '../../../src/targets/spec.ts';
import { hostedSpec } from '../../checks/in-the-cloud.ts';
import { judgedMachine } from '../../checks/looking.ts';
import { startStandIn, type Answering } from '../../servers/exporters.ts';
import { exposition, GIB } from './exposition.ts';
import { machinesOf } from './machines-of.ts';

const exporter = (url: string): MachineSource => ({ from: 'node-exporter', url });

async function withStandIn<R>(answer: Answering, work: (url: string) => Promise<R>): Promise<R> {
  const standIn = await startStandIn(answer);
  try {
    return await work(standIn.url);
  } finally {
    await standIn.stop();
  }
}

describe('a machine of which an exporter tells', () => {
  it('is asked once, whoever asks', async () => {
    let asked = 0;
    const answer: Answering = () => ({ body: exposition({ node_load5: (asked += 1) }) });
    await withStandIn(answer, async (url) => {
      const machines = machinesOf([exporter(url)]);
      await Promise.all([machine.ask.machine?.(machines), disk.ask.machine?.(machines)]);
      expect(asked).toBe(1);
    });
  });

  it('has a disk that fills up, in words of its own servers', async () => {
    await withStandIn(
      () => ({ body: exposition() }),
      async (url) => {
        const seen = await disk.ask.machine?.(machinesOf([exporter(url)]));
        const sample = seen && 'sample' in seen ? seen.sample : null;
        const [finding] = judgedMachine(disk, sample);
        expect(finding?.sentence).toBe(
          'shop-db-1 has 8 GB of 100 GB disk free at /var/lib/postgresql: 8 % is left (critical below 10 %).',
        );
        expect(disk.metrics({ machine: sample }, undefined, {})).toEqual([
          {
            name: 'disk:shop-db-1',
            value: 92 * GIB,
            unit: 'bytes',
            ceiling: { value: 100 * GIB, what: 'Disk of shop-db-1', happens: 'full' },
          },
        ]);
      },
    );
  });

  it('is judged by rates from the second look on, and by its load from the first', async () => {
    let look = 0;
    const busy = { node_time_seconds: 1_795_858_300, 'node_cpu_seconds_total{cpu="1",mode="system"}': 1000 };
    await withStandIn(
      () => ({ body: exposition({ ...((look += 1) > 1 ? busy : {}), node_load5: 9 }) }),
      async (url) => {
        const ask = async () => {
          const seen = await machine.ask.machine?.(machinesOf([exporter(url)]));
          return seen && 'sample' in seen ? seen.sample : null;
        };
        const first = await ask();
        expect(judgedMachine(machine, first).map(({ key }) => key.split(':').at(-1))).toEqual(['load']);
        const second = judgedMachine(machine, await ask(), { before: { sample: first, secondsAgo: 300 } });
        expect(second[0]?.sentence).toBe('CPU was at 100 % over the last 5 min on shop-db-1 (critical from 95 %).');
        expect(second[1]?.sentence).toContain('The load was 4.5 per core over the last 5 min on shop-db-1');
      },
    );
  });

  it('swaps where pages move, not where idle ones were written out long ago', async () => {
    let look = 0;
    const answer = (pages: number) => () => ({
      body: exposition({
        node_time_seconds: 1_795_858_000 + (look += 1) * 100,
        node_vmstat_pswpout: 2000 + look * pages,
      }),
    });
    const swapOf = async (pages: number) =>
      await withStandIn(answer(pages), async (url) => {
        const ask = async () => {
          const seen = await machine.ask.machine?.(machinesOf([exporter(url)]));
          return seen && 'sample' in seen ? seen.sample : null;
        };
        const first = await ask();
        const found = judgedMachine(machine, await ask(), { before: { sample: first, secondsAgo: 100 } });
        return found.map(({ sentence }) => sentence);
      });
    expect(await swapOf(2400)).toEqual([]);
    expect(await swapOf(30_000)).toEqual([
      '512 MB were swapped out, 300 pages a second moved in and out on shop-db-1 (warning from 256 MB).',
    ]);
  });

  it('is silent alone: the others are seen, and the report says who was not', async () => {
    const away = await takeFreePort();
    await withStandIn(
      () => ({ body: exposition() }),
      async (url) => {
        const machines = machinesOf([exporter(url), exporter(`http://127.0.0.1:${away}`)]);
        const seen = await machine.ask.machine?.(machines);
        const silent = judgedMachine(machine, seen && 'sample' in seen ? seen.sample : null).at(-1);
        expect(silent).toMatchObject({ key: 'postgres.machine:shop-db-2:silent', severity: 'info' });
        expect(silent?.sentence).toMatch(
          /^Nothing is known of the machine of shop-db-2: 127\.0\.0\.1:\d+ refuses the connection\.$/,
        );
        expect(await disk.ask.machine?.(machines)).toMatchObject({ sample: { members: [{ member: 'shop-db-1' }] } });
      },
    );
  });

  it.each<[string, Answering, RegExp]>([
    ['refuses', () => ({ status: 403, body: '' }), /answered HTTP 403/],
    [
      'sends elsewhere',
      (path) => (path === '/elsewhere' ? { body: exposition() } : { status: 302, body: '' }),
      /answered with a redirect/,
    ],
    ['is something else', () => ({ body: '<html>' }), /is not of node_exporter/],
    ['floods', () => ({ body: 'x'.repeat(5 * 1024 ** 2) }), /more than 4 MB/],
    ['hangs', () => 'never', /did not answer within 3 s/],
  ])('that %s is unreliable, never calm', async (_name, answer, reason) => {
    await withStandIn(answer, async (url) => {
      const seen = await machine.ask.machine?.(machinesOf([exporter(url)]));
      expect(seen && 'unreliable' in seen ? seen.unreliable : seen).toMatch(reason);
    });
  });

  it('has no disk that could be watched where nobody says where the data lies', async () => {
    await withStandIn(
      () => ({ body: exposition() }),
      async (url) => {
        expect(await disk.ask.machine?.(machinesOf([exporter(url)], null))).toEqual({
          skipped: 'where the data of shop-db-1 lies is not told',
          fix: 'GRANT pg_read_all_settings to the login of the read room, or set targets.shop-db.members.shop-db-1.machine.dataDirectory in nightshift.yaml.',
        });
        const told = machinesOf([{ ...exporter(url), dataDirectory: '/var/lib/postgresql' }], null);
        expect(await disk.ask.machine?.(told)).toHaveProperty('sample');
      },
    );
  });
});

describe('the machine of a Redis', () => {
  it('is judged as a whole, because nobody tells of the one thread', async () => {
    const spec = hostedSpec('redis', 'standalone', 'shop-cache-1');
    const ask = async (url: string) => {
      const members = spec.members.map((member) => ({ ...member, machine: exporter(url) }));
      const target = { engine: 'redis', name: 'shop-cache', members: [], unreached: [], expectedReplicas: [] };
      const opened = withMachines(target as unknown as RedisTarget, { ...spec, members }, () => 0);
      const seen = opened.machines && (await redisMachine.ask.machine?.(opened.machines));
      return seen && 'sample' in seen ? seen.sample : null;
    };
    let look = 0;
    const later = { node_time_seconds: 1_795_858_300, 'node_cpu_seconds_total{cpu="1",mode="system"}': 1000 };
    const free = { node_memory_MemAvailable_bytes: 0.3 * GIB };
    const answer = () => ({ body: exposition({ ...((look += 1) > 1 ? later : {}), ...free }) });
    await withStandIn(answer, async (url) => {
      const first = await ask(url);
      const found = judgedMachine(redisMachine, await ask(url), { before: { sample: first, secondsAgo: 300 } });
      expect(found.map(({ key, severity }) => [key.split(':').at(-1), severity])).toEqual([
        ['cpu', 'critical'],
        ['memory', 'critical'],
      ]);
    });
  });
});

describe('a machine of which a Prometheus tells', () => {
  const prometheus = (url: string): MachineSource => ({ from: 'prometheus', url: `${url}/p/`, instance: 'db"1:9100' });
  const vector = (result: unknown[]) => ({
    body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }),
  });

  it('is asked at its base address, for its own instance, escaped', async () => {
    let seen = { path: '', query: '' };
    await withStandIn(
      (path, form) => {
        seen = { path, query: form.get('query') ?? '' };
        return vector([]);
      },
      async (url) => {
        expect(await machine.ask.machine?.(machinesOf([prometheus(url)]))).toEqual({
          skipped: 'Prometheus knows no instance db"1:9100',
          fix: 'Set targets.shop-db.members.shop-db-1.machine.instance in nightshift.yaml.',
        });
      },
    );
    expect(seen).toEqual({ path: '/p/api/v1/query', query: machineQuery('db"1:9100') });
    expect(seen.query).toContain(String.raw`node_load5|`);
    expect(seen.query).toContain(String.raw`instance="db\"1:9100"`);
  });

  it('is silent where the Prometheus does not reach it, or does not answer the query', async () => {
    const down = () => vector([{ metric: { __name__: 'up' }, value: [0, '0'] }]);
    await withStandIn(down, async (url) => {
      const seen = await machine.ask.machine?.(machinesOf([prometheus(url)]));
      expect(seen).toEqual({ unreliable: 'no machine could be seen (shop-db-1: Prometheus does not reach db"1:9100)' });
    });
    const bad = { status: 422, body: JSON.stringify({ status: 'error', errorType: 'execution', error: 'secret' }) };
    await withStandIn(
      () => bad,
      async (url) => {
        const seen = await machine.ask.machine?.(machinesOf([prometheus(url)]));
        expect(JSON.stringify(seen)).toContain('did not answer the query (execution)');
        expect(JSON.stringify(seen)).not.toContain('secret');
      },
    );
  });
});
