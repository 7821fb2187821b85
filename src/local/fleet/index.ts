export { resetFleet, startFleet, type Fleet, type FleetOptions } from './fleet.ts';
export type { FleetStatus } from './fleet-status.ts';
