import type { MemberSpec } from '../../../targets/spec.ts';
import type { StandbyState } from './ask-standby.ts';

/** Pure: among the servers that do not answer the one that took writes last, or one sentence why nobody can say. */
export function whoWasPrimary(
  silent: readonly MemberSpec[],
  standbys: readonly StandbyState[],
): { primary: string } | { refused: string } {
  const followed = silent.find((member) => standbys.some((standby) => follows(standby, member)));
  const configured = silent.find(({ role }) => role === 'primary');
  const found = followed ?? (silent.length === 1 ? silent[0] : configured);
  if (found) return { primary: found.name };
  if (silent.length === 0)
    return { refused: 'every server answers, and none takes writes: promote one by hand, nothing is known of another' };
  const names = silent.map(({ name }) => name).join(' and ');
  return { refused: `${names} do not answer, and nobody can say which of them took the writes` };
}

/** Pure: does it receive from that server, or is it set up to? By the addresses that both know. */
export function follows(
  { receiver, upstreamHost, upstreamPort }: StandbyState,
  { host, port }: Pick<MemberSpec, 'host' | 'port'>,
): boolean {
  return (
    (receiver?.host === host && receiver.port === port) || (upstreamHost === host && (upstreamPort ?? 5432) === port)
  );
}
