import './in-serve-form.ts';
import '../alarm-storm.test.ts';
