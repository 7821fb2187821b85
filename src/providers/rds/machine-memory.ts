const GIB = 1024 ** 3;

/** GiB for each vCPU, by the letter of the family. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html */
const PER_CPU: { readonly [family: string]: number } = { m: 4, r: 8, x: 16, c: 2 };
const SMALL: { readonly [size: string]: number } = { micro: 1, small: 2, medium: 4 };

/**
 * Pure: the memory of a machine by the name of its class: `db.r6g.2xlarge` has 64 GiB. Null for a class whose name does not
 * tell (serverless, x1, x1e, and whatever is new).
 */
export function machineMemory(instanceClass: string): number | null {
  const found = /^db\.([a-z])([0-9])([a-z]*)\.(micro|small|medium|(?:\d+)?x?large)$/.exec(instanceClass);
  const [, family = '', generation = '', , size = ''] = found ?? [];
  if (family === 't') return size in SMALL ? (SMALL[size] ?? 0) * GIB : burstable(size);
  const perCpu = PER_CPU[family];
  const cpus = cpusOf(size);
  if (perCpu === undefined || cpus === null || (family === 'x' && generation === '1')) return null;
  return perCpu * cpus * GIB;
}

/** `large` has 8 GiB, and every step doubles it. */
function burstable(size: string): number | null {
  const cpus = cpusOf(size);
  return cpus === null ? null : cpus * 4 * GIB;
}

function cpusOf(size: string): number | null {
  if (size === 'large') return 2;
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  return times === undefined ? null : Number(times || 1) * 4;
}

/** vCPUs of burstable classes below `xlarge`: https://aws.amazon.com/rds/instance-types/ */
const SMALL_CPUS = 2;

/** Pure: the vCPUs of a machine by the name of its class; null where the name does not tell. */
export function machineCpus(instanceClass: string): number | null {
  const [, family = '', generation = '', size = ''] =
    /^db\.([a-z])([0-9])[a-z]*\.(micro|small|medium|(?:\d+)?x?large)$/.exec(instanceClass) ?? [];
  if (family === 't') return generation === '2' ? null : size in SMALL ? SMALL_CPUS : cpusOf(size);
  return family in PER_CPU ? cpusOf(size) : null;
}
