import './in-packaged-form.ts';
import '../../app/database-event.test.ts';
