import './in-packaged-form.ts';
import '../../app/front-door.test.ts';
