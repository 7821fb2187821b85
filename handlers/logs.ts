import { logsDoor } from '../src/app/logs-door.ts';

/** Steps on the logs that the provider keeps, invoked by `run`: fetched and masked outside the VPC. */
export async function handler(event: unknown) {
  return (await logsDoor())(event);
}
