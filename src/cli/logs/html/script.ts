/** The script of the page. Without it all is there, in the order of the first column that is named; with it tables are sorted and searched. */
export const SCRIPT = `
for (const table of document.querySelectorAll('table.sorts')) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const sort = (column) => {
    const head = heads[column];
    const falls = head.getAttribute('aria-sort') !== 'descending';
    for (const one of heads) one.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', falls ? 'descending' : 'ascending');
    const valueOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const isNumber = head.classList.contains('n');
    const compare = (a, b) => isNumber ? valueOf(a) - valueOf(b) : valueOf(a).localeCompare(valueOf(b));
    body.append(...[...body.rows].sort((a, b) => falls ? compare(b, a) : compare(a, b)));
  };
  heads.forEach((head, column) => {
    const words = head.textContent;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words;
    button.title = 'Sort by ' + words;
    head.replaceChildren(button);
    button.addEventListener('click', () => sort(column));
  });
}
for (const tools of document.querySelectorAll('.tools')) {
  tools.hidden = false;
  const input = tools.querySelector('input');
  const told = tools.querySelector('output');
  const rows = [...document.getElementById(input.dataset.table).tBodies[0].rows];
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      if (!row.hidden) shown++;
    }
    told.textContent = wanted === '' ? '' : shown + ' of ' + rows.length;
  });
}
const open = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.matches('details')) target.open = true;
};
addEventListener('hashchange', open);
open();
`;
