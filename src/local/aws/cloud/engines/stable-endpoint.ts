import { openReplicationGate } from '../../../fleet/replication-gate.ts';

/** The name of a database that stays while servers change behind it: a port of 127.0.0.1 in the place of DNS. */
export type StableEndpoint = {
  port: number;
  /** Resets what is connected; whoever comes is reset, until it leads somewhere again. */
  cut(): void;
  /** Resets what is connected; whoever comes from now on gets to this port. */
  leadTo(port: number): void;
  close(): void;
};

export async function openStableEndpoint(firstPort: number): Promise<StableEndpoint> {
  let target = firstPort;
  const gate = await openReplicationGate(() => target);
  return {
    port: gate.port,
    cut: gate.cut,
    leadTo: (port) => {
      gate.cut();
      target = port;
      gate.restore();
    },
    close: gate.close,
  };
}
