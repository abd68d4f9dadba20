/** Entry of the steering panel. */
import '@preact/signals';
import { render } from 'preact';
import { App } from './App';
import '../lib/panel.css';
import './steering.css';
import { load } from './store';

render(<App />, document.getElementById('root')!);
void load();
