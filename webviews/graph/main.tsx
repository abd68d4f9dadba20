/** Entry of the graph panel. */
import '@preact/signals';
import { render } from 'preact';
import { App } from './App';
import '../lib/panel.css';
import './graph.css';
import { start } from './store';

render(<App />, document.getElementById('root')!);
void start();
