import './in-packaged-form.ts';
import '../../app/broken-config.test.ts';
