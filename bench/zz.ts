import { graphBudgets } from './graphs';
import { Checkpoints } from './lib/checkpoint';
import { budgetTable } from './lib/budget';
void (async () => { const c = new Checkpoints(); try { console.error('go'); console.log(budgetTable(await graphBudgets(c, c.gpt2()))); } finally { c.remove(); } })();
