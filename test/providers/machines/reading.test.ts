import { describe, expect, it } from 'vitest';
import { coresOf, isWanted, readingOf } from '../../../src/providers/node-exporter/reading.ts';
import { parseText } from '../../../src/providers/node-exporter/text-format.ts';
import { ratesBetween, type Counters } from '../../../src/targets/machine-rates.ts';
import { disk, exposition, GIB } from './exposition.ts';

function read(text: string, dataDirectory: string | undefined = '/var/lib/postgresql/18/main') {
  const series = parseText(text, isWanted);
  return readingOf(series, { dataDirectory, cores: coresOf(series), nowSeconds: 7 });
}
const meanOf = (of: { mean: number } | undefined): number | undefined => of?.mean;

describe('the numbers of a machine', () => {
  it('stand for the moment: load per core, memory, swap', () => {
    const { gauges, memoryBytes } = read(exposition());
    expect(meanOf(gauges.loadPerCore)).toBe(1.5);
    expect([memoryBytes, meanOf(gauges.freeMemoryBytes), meanOf(gauges.swapBytes)]).toEqual([
      8 * GIB,
      4 * GIB,
      0.5 * GIB,
    ]);
  });

  it('are those of the file system that holds the data most closely', () => {
    expect(read(exposition()).disk).toEqual({ mountPoint: '/var/lib/postgresql', sizeBytes: 100 * GIB });
    expect(meanOf(read(exposition()).gauges.freeStorageBytes)).toBe(8 * GIB);
    expect(read(exposition(), '/var/lib/postgresql-old').disk?.mountPoint).toBe('/');
    expect(read(exposition(), '/var/lib/postgresql').disk?.mountPoint).toBe('/var/lib/postgresql');
  });

  it('have no disk where the file system with the data hangs: the one above it is another', () => {
    const hung = exposition()
      .split('\n')
      .filter((line) => !/^node_filesystem_(size|avail).*mountpoint="\/var\/lib\/postgresql"/.test(line));
    const told = 'node_filesystem_device_error{device="/dev/x",fstype="xfs",mountpoint="/var/lib/postgresql"} 1';
    expect(read(hung.join('\n')).disk?.mountPoint).toBe('/');
    expect(read([...hung, told, ''].join('\n')).disk).toBeNull();
  });

  it('have no disk where nobody says where the data lies, or no file system holds it', () => {
    const nothing = parseText(exposition(), isWanted).filter(({ name }) => !name.startsWith('node_filesystem'));
    expect(readingOf(nothing, { dataDirectory: '/data', cores: 2, nowSeconds: 0 }).disk).toBeNull();
    const untold = read(exposition(), undefined);
    expect(readingOf(nothing, { dataDirectory: undefined, cores: 2, nowSeconds: 0 }).disk).toBeUndefined();
    expect(untold.counters.disk?.device).toBe('nvme1n1');
  });

  it('count the disk under a partition and under a logical volume', () => {
    expect(read(exposition()).counters.disk).toMatchObject({ device: 'nvme1n1', reads: 1000, queueSeconds: 250 });
    const volume = {
      'node_filesystem_size_bytes{device="/dev/mapper/data-pg",mountpoint="/var/lib/postgresql/18"}': GIB,
      'node_disk_device_mapper_info{device="dm-0",name="data-pg",uuid="LVM-1"}': 1,
      ...disk('dm-0', 77),
    };
    expect(read(exposition(volume)).counters.disk).toMatchObject({ device: 'dm-0', reads: 77 });
    const foreign = { 'node_filesystem_size_bytes{device="tank/pg",mountpoint="/var/lib/postgresql/18"}': GIB };
    expect(read(exposition(foreign)).counters.disk).toBeNull();
  });

  it('leave out what never leaves the machine', () => {
    expect(read(exposition()).counters.network).toEqual({ receivedBytes: 5e9, sentBytes: 6e9 });
  });
});

describe('rates', () => {
  const first = read(exposition()).counters;
  const later = (changes: Record<string, number>, seconds = 100): Counters =>
    read(exposition({ node_time_seconds: 1_795_858_000 + seconds, ...changes })).counters;

  it('come from two looks: CPU without waiting for disks, requests, latencies, throughput', () => {
    const now = later({
      'node_cpu_seconds_total{cpu="0",mode="idle"}': 1060,
      'node_cpu_seconds_total{cpu="0",mode="iowait"}': 120,
      'node_cpu_seconds_total{cpu="0",mode="user"}': 520,
      'node_cpu_seconds_total{cpu="1",mode="system"}': 500,
      ...disk('nvme1n1', 2000),
      'node_network_receive_bytes_total{device="eth0"}': 5e9 + 1e8,
    });
    const rates = ratesBetween(first, now);
    expect(rates?.overSeconds).toBe(100);
    const means = Object.fromEntries(Object.entries(rates?.measures ?? {}).map(([name, { mean }]) => [name, mean]));
    expect(means).toEqual({
      cpuPercent: 60,
      readsPerSecond: 10,
      writesPerSecond: 20,
      readBytesPerSecond: 81_920,
      writtenBytesPerSecond: 163_840,
      queueDepth: 2.5,
      readLatencySeconds: 0.01,
      writeLatencySeconds: 0.05,
      receivedBytesPerSecond: 1e6,
      sentBytesPerSecond: 0,
      swappedPagesPerSecond: 0,
    });
  });

  it('of a disk with next to no requests tell no latency', () => {
    const measures = ratesBetween(first, later({ ...disk('nvme1n1', 1040) }))?.measures ?? {};
    expect(measures).toMatchObject({ readsPerSecond: { mean: 0.4 }, writesPerSecond: { mean: 0.8 } });
    expect(Object.keys(measures)).not.toContain('readLatencySeconds');
  });

  it('are none over a restart of the machine, and none where no time went by', () => {
    expect(ratesBetween(first, later({ node_boot_time_seconds: 1_795_857_000 }))).toBeUndefined();
    expect(ratesBetween(first, later({}, 0))).toBeUndefined();
  });

  it('are not told of a counter that went down, nor of another disk', () => {
    const { measures } = ratesBetween(first, later({ ...disk('nvme1n1', 10) })) ?? { measures: {} };
    expect(Object.keys(measures)).toEqual(['receivedBytesPerSecond', 'sentBytesPerSecond', 'swappedPagesPerSecond']);
    const other = ratesBetween({ ...first, disk: first.disk && { ...first.disk, device: 'vdb' } }, later({}));
    expect(Object.keys(other?.measures ?? {})).not.toContain('readsPerSecond');
  });
});
