import { inForm } from '../../house.ts';
import { startServerHouse } from '../../serve-house.ts';

// Imported first, so that the facts of the file that is imported next are stated of the long-lived server.
inForm(startServerHouse);
