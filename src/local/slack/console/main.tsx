import { render } from 'preact';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/sidebar.css';
import './styles/fleet.css';
import './styles/messages.css';
import './styles/parts.css';
import './styles/blocks.css';
import './styles/cards.css';
import './styles/fields.css';
import './styles/panes.css';
import './styles/dialogs.css';
import './styles/phone.css';

render(<App />, document.body);
