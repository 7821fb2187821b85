/** dynalite 4 ships no types: this much of it is used here. https://github.com/architect/dynalite */
declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
