/** `go`: it can be failed over. `wait`: it is busy and will be available again. `stop`: a person has to mend it first. */
export type StatusVerdict = 'go' | 'wait' | 'stop';

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status */
const STOPS = new Set([
  'deleting',
  'failed',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'insufficient-capacity',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'restore-error',
  'stopped',
  'stopping',
  'storage-full',
]);

/** Pure: what the status of an instance or a cluster allows; one that nobody knows is waited for. */
export function verdictOn(status: string): StatusVerdict {
  if (status === 'available') return 'go';
  return STOPS.has(status) ? 'stop' : 'wait';
}

/** Pure: why it cannot be failed over while it has this status, as a sentence. */
export function whyNotNow(name: string, status: string): string {
  return verdictOn(status) === 'stop'
    ? `${name} is ${status}: that has to be mended first.`
    : `${name} is ${status}: wait until it is available.`;
}
