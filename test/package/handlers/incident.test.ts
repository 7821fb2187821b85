import './in-packaged-form.ts';
import '../../app/incident.test.ts';
