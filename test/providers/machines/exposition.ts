/** What node_exporter tells of a server with a disk of its own for the data, cut to what is looked at and a little more. */
export function exposition(changes: Readonly<Record<string, number>> = {}): string {
  const lines: Record<string, number> = {
    'node_cpu_seconds_total{cpu="0",mode="idle"}': 1000,
    'node_cpu_seconds_total{cpu="0",mode="iowait"}': 100,
    'node_cpu_seconds_total{cpu="0",mode="user"}': 500,
    'node_cpu_seconds_total{cpu="1",mode="idle"}': 1000,
    'node_cpu_seconds_total{cpu="1",mode="system"}': 400,
    node_load5: 3,
    node_memory_MemTotal_bytes: 8 * GIB,
    node_memory_MemAvailable_bytes: 4 * GIB,
    node_memory_SwapTotal_bytes: 2 * GIB,
    node_memory_SwapFree_bytes: 1.5 * GIB,
    'node_filesystem_size_bytes{device="/dev/vda1",fstype="ext4",mountpoint="/"}': 20 * GIB,
    'node_filesystem_avail_bytes{device="/dev/vda1",fstype="ext4",mountpoint="/"}': 10 * GIB,
    'node_filesystem_size_bytes{device="/dev/nvme1n1p1",fstype="xfs",mountpoint="/var/lib/postgresql"}': 100 * GIB,
    'node_filesystem_avail_bytes{device="/dev/nvme1n1p1",fstype="xfs",mountpoint="/var/lib/postgresql"}': 8 * GIB,
    ...disk('vda', 5),
    ...disk('nvme1n1', 1000),
    'node_network_receive_bytes_total{device="eth0"}': 5e9,
    'node_network_receive_bytes_total{device="lo"}': 9e12,
    'node_network_transmit_bytes_total{device="eth0"}': 6e9,
    node_vmstat_pswpin: 1000,
    node_vmstat_pswpout: 2000,
    node_boot_time_seconds: 1_795_800_000,
    node_time_seconds: 1_795_858_000,
    ...changes,
  };
  return [
    '# HELP node_load5 5m load average.',
    '# TYPE node_load5 gauge',
    ...Object.entries(lines).map(([series, value]) => `${series} ${value}`),
    '',
  ].join('\n');
}

export function disk(device: string, count: number): Record<string, number> {
  return {
    [`node_disk_reads_completed_total{device="${device}"}`]: count,
    [`node_disk_writes_completed_total{device="${device}"}`]: count * 2,
    [`node_disk_read_time_seconds_total{device="${device}"}`]: count / 100,
    [`node_disk_write_time_seconds_total{device="${device}"}`]: count / 10,
    [`node_disk_read_bytes_total{device="${device}"}`]: count * 8192,
    [`node_disk_written_bytes_total{device="${device}"}`]: count * 16_384,
    [`node_disk_io_time_weighted_seconds_total{device="${device}"}`]: count / 4,
  };
}

export const GIB = 1024 ** 3;
