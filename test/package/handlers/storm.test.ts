import './in-packaged-form.ts';
import '../../app/storm.test.ts';
