import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineSource } from '../../../src/targets/spec.ts';
import { until } from '../../checks/looking.ts';
import { debianProgram, startNodeExporter, startPrometheus } from '../../servers/exporters.ts';
import { machinesOf } from './machines-of.ts';

const programs = { node: debianProgram('prometheus-node-exporter'), prometheus: debianProgram('prometheus') };

describe.skipIf(!programs.node || !programs.prometheus)('the real ones (Debian packages; skipped without them)', () => {
  let node: Awaited<ReturnType<typeof startNodeExporter>>;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  beforeAll(async () => {
    node = await startNodeExporter(programs.node ?? '');
    prometheus = await startPrometheus(programs.prometheus ?? '', node);
  });
  afterAll(async () => {
    await prometheus.stop();
    await node.stop();
  });

  const ask = async (source: MachineSource) => {
    const machines = machinesOf([source], '/');
    const [seen, sizes, disks] = await Promise.all([machines.machines(), machines.sizes(), machines.disks()]);
    if ('sample' in seen && 'sample' in sizes && 'sample' in disks) {
      return { machine: seen.sample[0], size: sizes.sample[0], disk: disks.sample[0] };
    }
    throw new Error(JSON.stringify([seen, sizes, disks]));
  };

  it('node_exporter tells of this machine', async () => {
    const told = await ask({ from: 'node-exporter', url: node.url });
    expect(told.size?.memoryBytes).toBeGreaterThan(2 ** 28);
    expect(told.disk?.disk?.sizeBytes).toBeGreaterThan(2 ** 28);
    expect(told.machine?.counters?.cpu?.totalSeconds).toBeGreaterThan(0);
    expect(Object.keys(told.machine?.measures ?? {})).toEqual(
      expect.arrayContaining(['loadPerCore', 'freeMemoryBytes', 'swapBytes', 'freeStorageBytes']),
    );
  });

  it('Prometheus tells the same, with rates', async () => {
    const source = { from: 'prometheus', url: prometheus.url, instance: new URL(node.url).host };
    const told = await until(
      () => ask(source).catch(() => undefined),
      (one) => one?.machine?.measures.cpuPercent !== undefined,
    );
    const own = await ask({ from: 'node-exporter', url: node.url });
    expect(told).toMatchObject({ size: own.size, disk: own.disk, machine: { overSeconds: 900 } });
    expect(told?.machine?.measures.cpuPercent?.mean).toBeGreaterThanOrEqual(0);
    expect(told?.machine?.measures.cpuPercent?.mean).toBeLessThanOrEqual(100);
  });
});
