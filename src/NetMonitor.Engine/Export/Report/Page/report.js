// Draws the report from the data in the page. Text comes from the wire: it is only ever set as textContent, never as HTML.
(() => {
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const page = 50; // rows of the table at a time

const byId = id => document.getElementById(id);
const make = (name, className, text) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const clear = element => element.replaceChildren();

// Numbers as people read them; bytes in units of IEC 80000-13.
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const bytes = value => {
  let unit = 0;
  while (Math.abs(value) >= 999.95 && unit < units.length - 1) { value /= 1024; unit++; }
  return (unit === 0 ? Math.round(value).toString() : value.toFixed(1)) + ' ' + units[unit];
};
const whole = value => value.toLocaleString('en');
const span = ms => ms < 10 ? ms.toFixed(2) + ' ms' : ms < 1000 ? ms.toFixed(0) + ' ms' : ms < 60e3 ? (ms / 1e3).toFixed(2) + ' s'
  : ms < 3600e3 ? Math.floor(ms / 60e3) + ' min ' + Math.floor(ms / 1e3 % 60) + ' s' : Math.floor(ms / 3600e3) + ' h ' + Math.floor(ms / 60e3 % 60) + ' min';
const share = value => (value * 100).toFixed(value < .01 && value > 0 ? 2 : 1) + ' %';
const pad = (value, digits) => value.toString().padStart(digits, '0');
const moment = ms => {
  const time = new Date(ms);
  return time.getFullYear() + '-' + pad(time.getMonth() + 1, 2) + '-' + pad(time.getDate(), 2) + ' ' + pad(time.getHours(), 2) + ':' + pad(time.getMinutes(), 2) + ':' + pad(time.getSeconds(), 2);
};
const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
const country = code => { try { return regions.of(code) + ' (' + code + ')'; } catch { return code; } };
const day = ms => moment(ms).slice(0, 10);
const oneDay = data.totals.first === undefined || day(data.totals.first) === day(data.totals.last); // then the heading has the date
const show = {
  text: value => value, country: value => value, bytes, share, span,
  time: value => moment(value).slice(oneDay ? 11 : 0) + '.' + pad(Math.floor(value % 1000), 3),
};
const plural = (count, one, many) => whole(count) + ' ' + (count === 1 ? one : many);

// Theme: the system's, or the reader's choice; #light and #dark at the end of the address choose as well.
const root = document.documentElement;
const redraws = [];
const setTheme = theme => {
  if (theme === 'auto') delete root.dataset.theme; else root.dataset.theme = theme;
  for (const button of document.querySelectorAll('.switch button')) button.setAttribute('aria-pressed', button.dataset.theme === theme);
  redraws.forEach(redraw => redraw());
};
const color = (() => {
  const probe = document.body.appendChild(make('span'));
  probe.hidden = true;
  return name => { probe.style.color = 'var(--' + name + ')'; return getComputedStyle(probe).color; };
})();
const fade = (rgb, alpha) => rgb.replace(/^rgb\((.*)\)$/, (_, parts) => 'rgba(' + parts + ', ' + alpha + ')');

function about() {
  const { first, last } = data.totals;
  const parts = [];
  if (data.source) parts.push(data.source);
  if (first !== undefined) parts.push(moment(first) + ' – ' + moment(last) + ' (' + span(last - first) + ')');
  parts.push('made ' + moment(data.made));
  byId('about').textContent = parts.join(' · ');
}

function tiles() {
  const t = data.totals;
  const add = (value, name, className) => {
    const tile = byId('tiles').appendChild(make('div', 'tile ' + (className || '')));
    tile.append(make('b', '', value), make('span', '', name));
  };
  add(whole(t.connections), t.open === t.connections || t.open === 0 ? 'connections' : 'connections, ' + whole(t.open) + ' open');
  add(bytes(t.received), 'received', 'received');
  add(bytes(t.sent), 'sent', 'sent');
  add(whole(t.packets), 'packets');
  add(whole(t.hosts), 'hosts');
  add(whole(t.applications), 'applications');
  if (t.processes) add(whole(t.processes), 'processes');
  if (t.countries) add(whole(t.countries), 'countries');
}

// A chart fits its box and is drawn again when the box or the theme changes: canvases know no style sheets.
function chart(id, height, options, values) {
  const box = byId(id);
  let drawn = null;
  let width = 0;
  const draw = () => {
    if (drawn) drawn.destroy();
    width = box.clientWidth;
    drawn = new uPlot({ width, height, ...options() }, values, box);
  };
  draw();
  redraws.push(draw);
  new ResizeObserver(() => { if (box.clientWidth !== width) draw(); }).observe(box);
}
const axis = more => ({ stroke: color('quiet'), font: '12px system-ui, "Liberation Sans", sans-serif', grid: { stroke: color('line'), width: 1 }, ticks: { stroke: color('line'), width: 1 }, ...more });

function series() {
  const { start, interval, sent, received, exact } = data.series;
  const seconds = interval / 1000;
  byId('series-hint').textContent = (exact ? 'Counted by packet, ' : 'Each connection’s bytes spread evenly over its life, for only their sums are known; ')
    + 'one value for ' + span(interval) + '. Bytes per second at IP level. Drag to zoom, double click to go back.';
  if (sent.length === 0) { byId('series').replaceWith(make('p', 'nothing', 'There was no traffic.')); return; }
  const edge = sent.length < 3 ? 1 : 0; // a lone value would be a lone point
  const at = [], into = [], out = [];
  for (let i = -edge; i < sent.length + edge; i++) {
    at.push((start + (i + .5) * interval) / 1000);
    into.push((received[i] || 0) / seconds);
    out.push((sent[i] || 0) / seconds);
  }
  const line = (label, name) => ({ label, stroke: color(name), fill: fade(color(name), .16), width: 1.5, points: { show: false }, value: (_, v) => v === null || v === undefined ? '–' : bytes(v) + '/s' });
  chart('series', 240, () => ({
    cursor: { y: false },
    legend: { live: true },
    scales: { y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.08] } },
    axes: [axis({ space: 90, values: clock }), axis({ size: 86, values: (_, ticks) => ticks.map(v => bytes(v) + '/s'), incrs: byteSteps })],
    series: [{ label: 'Time', value: (_, v) => v === null || v === undefined ? '–' : moment(v * 1000) }, line('Received', 'received'), line('Sent', 'sent')],
  }), [at, into, out]);
}
// 24 hours, as exact as the ticks are apart; the date below the first tick of each day where there are several.
const clock = (_, ticks, axisNumber, space, apart) => ticks.map((tick, i) => {
  const text = moment(tick * 1000), date = text.slice(0, 10);
  if (apart >= 86400) return date;
  const time = apart < 1 ? text.slice(11) + '.' + pad(Math.round(tick * 1000 % 1000), 3) : apart < 60 ? text.slice(11) : text.slice(11, 16);
  return oneDay || (i > 0 && day(ticks[i - 1] * 1000) === date) ? time : time + '\n' + date;
});
const byteSteps = (() => { const steps = []; for (let unit = 1; unit < 2 ** 60; unit *= 1024) for (const n of [1, 2, 5, 10, 20, 50, 100, 200, 500]) steps.push(n * unit); return steps; })();

function lists() {
  const titles = [['processes', 'Processes'], ['hosts', 'Hosts'], ['countries', 'Countries'], ['applications', 'Applications']];
  for (const [name, title] of titles) {
    const shares = data.top[name];
    if (shares.length === 0) continue;
    const card = byId('lists').appendChild(make('section', 'card'));
    const head = card.appendChild(make('h2', '', title));
    const key = head.appendChild(make('span', 'key'));
    key.append(make('i', 'r'), 'received', make('i', 's'), 'sent');
    const isRest = s => /^\(\d+ others\)$/.test(s.name);
    const most = Math.max(1, ...shares.filter(s => !isRest(s)).map(s => s.sent + s.received));
    for (const s of shares) {
      const bar = card.appendChild(make('button', 'bar'));
      bar.type = 'button';
      const others = isRest(s);
      const label = name === 'countries' && !others ? country(s.name) : s.name;
      bar.title = label + ': ' + plural(s.connections, 'connection', 'connections') + ', ' + bytes(s.received) + ' received, ' + bytes(s.sent) + ' sent';
      bar.append(make('span', 'name', label), make('span', 'value', bytes(s.sent + s.received) + ' · ' + whole(s.connections)));
      if (others) { bar.disabled = true; continue; } // their sum would dwarf the bars
      const track = bar.appendChild(make('span', 'track'));
      for (const [className, value] of [['r', s.received], ['s', s.sent]]) track.appendChild(make('i', className)).style.width = value / most * 100 + '%';
      bar.addEventListener('click', () => table.where(name, s.name));
    }
  }
}

function findings() {
  const box = byId('findings');
  if (data.findings.length === 0) box.append(make('p', 'nothing', 'None of the rules holds for any connection.'));
  const order = ['Serious', 'Warning', 'Note'];
  for (const finding of [...data.findings].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))) {
    const row = box.appendChild(make('button', 'finding ' + finding.level));
    row.type = 'button';
    row.append(make('span', 'level', finding.level), make('b', '', finding.name), make('span', 'when', finding.when), make('span', 'times', whole(finding.count)));
    row.addEventListener('click', () => table.only(finding.rows, finding.name));
  }
}

const palette = ['#4e79a7', '#f28e2b', '#59a14f', '#e15759', '#76b7b2', '#b07aa1', '#edc948', '#ff9da7', '#9c755f', '#8a8f98'];
function flow() {
  const titles = [data.flow.processes ? 'Processes' : 'Local addresses', 'Applications', 'Destinations'];
  byId('flow-title').textContent = 'From ' + (data.flow.processes ? 'process' : 'local address') + ' to destination';
  const used = new Set(data.flow.bands.flatMap(band => [band.from, band.to]));
  if (used.size === 0) { byId('flow').append(make('p', 'nothing', 'There was no traffic.')); return; }
  const width = 1240, top = 26, margin = 190;
  const nodes = data.flow.nodes.map((node, id) => ({ ...node, id })).filter(node => used.has(node.id));
  const most = Math.max(...[0, 1, 2].map(column => nodes.filter(node => node.column === column).length));
  const height = top + Math.max(180, most * 36);
  const graph = d3.sankey().nodeId(node => node.id).nodeAlign(node => node.column).nodeWidth(12).nodePadding(16)
    .extent([[margin, top], [width - 300, height - 6]])({ nodes, links: data.flow.bands.map(band => ({ source: band.from, target: band.to, value: band.bytes })) });
  const svg = (name, attributes, text) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const short = (text, length) => text.length > length ? text.slice(0, length - 1) + '…' : text;
  const picture = byId('flow').appendChild(svg('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': byId('flow-title').textContent }));
  const applications = nodes.filter(node => node.column === 1).sort((a, b) => b.value - a.value);
  const colorOf = node => node.column === 1 ? palette[Math.min(applications.indexOf(node), palette.length - 1)] : '#8a8f98';
  for (const link of graph.links) {
    const middle = (link.source.x1 + link.target.x0) / 2;
    const band = picture.appendChild(svg('path', {
      class: 'band', d: 'M' + link.source.x1 + ',' + link.y0 + 'C' + middle + ',' + link.y0 + ' ' + middle + ',' + link.y1 + ' ' + link.target.x0 + ',' + link.y1,
      stroke: colorOf(link.source.column === 1 ? link.source : link.target), 'stroke-width': Math.max(1, link.width),
    }));
    band.append(svg('title', {}, link.source.name + ' → ' + link.target.name + ': ' + bytes(link.value)));
  }
  for (const node of graph.nodes) {
    const group = picture.appendChild(svg('g', { class: 'node' }));
    group.append(svg('rect', { x: node.x0, y: node.y0, width: node.x1 - node.x0, height: Math.max(1, node.y1 - node.y0), fill: colorOf(node), rx: 2 }));
    const left = node.column === 0;
    const label = group.appendChild(svg('text', { x: left ? node.x0 - 8 : node.x1 + 8, y: (node.y0 + node.y1) / 2, dy: '.35em', 'text-anchor': left ? 'end' : 'start' }));
    label.textContent = short(node.name, left ? 26 : 32) + (node.column === 2 ? '  ' + bytes(node.value) : '');
    group.append(svg('title', {}, node.name + ': ' + bytes(node.value)));
    const kinds = [data.flow.processes ? 'processes' : 'locals', 'applications', 'hosts'];
    if (!/^\(.*\)$/.test(node.name)) group.addEventListener('click', () => table.where(kinds[node.column], node.name));
  }
  [...new Set(nodes.map(node => node.column))].forEach(column => {
    const node = nodes.find(n => n.column === column);
    picture.append(svg('text', { class: 'column', x: column === 0 ? node.x1 : node.x0, y: 12, 'text-anchor': column === 0 ? 'end' : 'start' }, titles[column]));
  });
}

function health() {
  const h = data.health;
  const rows = make('table').appendChild(make('tbody'));
  const add = (name, value) => { const row = rows.appendChild(make('tr')); row.append(make('th', '', name), make('td', '', value)); };
    const ranks = make('table').appendChild(make('tbody'));
  const across = (cells, head) => { const row = ranks.appendChild(make('tr')); cells.forEach((text, i) => row.append(make(i === 0 || head ? 'th' : 'td', head && i ? 'number' : '', text))); };
  across(['Per connection', 'median', '90 %', '99 %', 'most'], true);
  const four = (name, values, form) => { if (values) across([name, ...[values.median, values.p90, values.p99, values.maximum].map(form)]); };
  four('Round trip', h.rtt, span);
  four('Sent again', h.loss, share);
  add('TCP connections', whole(h.tcp));
  add('Segments sent again', whole(h.retransmits));
  add('Segments out of order', whole(h.outOfOrder));
  add('Connections reset', whole(h.resets));
  add('Openings refused or not answered', whole(h.failed));
  byId('health-numbers').append(ranks.parentNode, make('h3', '', 'TCP'), rows.parentNode);
  if (!h.rtt) { byId('rtt').replaceWith(make('p', 'nothing', 'No round trip was measured.')); return; }
  const names = h.classes.map(bound => bound.toString()).concat('more');
  chart('rtt', 220, () => ({
    cursor: { show: false }, legend: { show: false },
    scales: { x: { time: false, range: [-.6, names.length - .4] }, y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.1] } },
    axes: [axis({ values: (_, ticks) => ticks.map(i => names[i] || ''), splits: () => names.map((_, i) => i), grid: { show: false }, size: 34, font: '11px system-ui, "Liberation Sans", sans-serif' }),
      axis({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000, 1e6], size: 76 })],
    series: [{}, { label: 'Connections', fill: fade(color('received'), .7), stroke: color('received'), width: 0, paths: uPlot.paths.bars({ size: [.72, 90] }), points: { show: false } }],
  }), [names.map((_, i) => i), h.counts]);
}

// The table: what the words find, or what a rule found, in the order of a column, a page at a time.
const table = (() => {
  const head = document.querySelector('#connections thead tr');
  const body = document.querySelector('#connections tbody');
  const input = byId('filter');
  const texts = new Map();
  const textOf = index => {
    if (!texts.has(index)) texts.set(index, data.rows[index].map((value, i) => value === null ? '' : show[data.columns[i].kind](value)).join('\u0000').toLowerCase());
    return texts.get(index);
  };
  let columns = data.columns.map((_, i) => i);
  let subset = null, label = '', found = [], sort = 0, down = false, start = 0;

  const compare = (a, b) => {
    const x = data.rows[a][sort], y = data.rows[b][sort];
    if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1; // what is not known comes last, either way
    const order = typeof x === 'string' ? x.localeCompare(y, 'en', { numeric: true }) : x - y;
    return (down ? -order : order) || a - b;
  };
  const draw = () => {
    clear(body);
    for (const index of found.slice(start, start + page)) {
      const row = body.appendChild(make('tr'));
      for (const i of columns) {
        const value = data.rows[index][i], { kind } = data.columns[i];
        const cell = row.appendChild(make('td', kind === 'text' || kind === 'country' || kind === 'time' ? '' : 'number', value === null ? '' : show[kind](value)));
        if (kind === 'text' && value) cell.title = value;
      }
    }
    const pages = Math.max(1, Math.ceil(found.length / page));
    byId('page').textContent = (start / page + 1) + ' / ' + whole(pages);
    byId('previous').disabled = start === 0;
    byId('next').disabled = start + page >= found.length;
    const missing = data.totals.connections - data.rows.length;
    byId('count').textContent = plural(found.length, 'connection', 'connections') + (label ? ': ' + label : '')
      + (missing > 0 ? ' (the table has the ' + whole(data.rows.length) + ' that stand out or are largest, of ' + whole(data.totals.connections) + ')' : '');
    for (const cell of head.children) cell.removeAttribute('aria-sort');
    head.children[columns.indexOf(sort)]?.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  };
  const update = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = (subset || data.rows.map((_, i) => i)).filter(index => words.every(word => textOf(index).includes(word)));
    found.sort(compare);
    start = 0;
    draw();
  };
  const only = (rows, name) => {
    input.value = '';
    subset = rows;
    label = name;
    update();
    byId('table-card').scrollIntoView({ block: 'start' });
  };
  return {
    begin() {
      columns = columns.filter(i => data.rows.some(row => row[i] !== null)); // a column of which nothing is known says nothing
      for (const i of columns) {
        const { name, kind } = data.columns[i];
        const cell = head.appendChild(make('th', kind === 'text' || kind === 'country' || kind === 'time' ? '' : 'number'));
        const button = cell.appendChild(make('button', '', name));
        button.type = 'button';
        button.addEventListener('click', () => {
          down = sort === i ? !down : kind === 'bytes' || kind === 'span' || kind === 'share';
          sort = i;
          update();
        });
      }
      let timer = 0;
      input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(update, data.rows.length > 2000 ? 150 : 0); });
      byId('clear').addEventListener('click', () => { input.value = ''; subset = null; label = ''; update(); });
      byId('previous').addEventListener('click', () => { start -= page; draw(); });
      byId('next').addEventListener('click', () => { start += page; draw(); });
      update();
    },
    only,
    where(kind, name) {
      const column = title => data.columns.findIndex(c => c.name === title);
      const address = text => text.replace(/^\[(.*)\]:\d+$/, '$1').replace(/^([^:]+):\d+$/, '$1');
      const [process, local, remote, host, land, application, protocol] = ['Process', 'Local', 'Remote', 'Host', 'Country', 'Application', 'Protocol'].map(column);
      const is = {
        processes: row => row[process] !== null && row[process].replace(/ \(\d+\)$/, '') === name,
        locals: row => address(row[local]) === name,
        hosts: row => (row[host] ?? address(row[remote])) === name,
        countries: row => row[land] === name,
        applications: row => (row[application] ?? row[protocol]) === name,
      }[kind];
      only(data.rows.map((_, i) => i).filter(i => is(data.rows[i])), kind === 'countries' ? country(name) : name);
    },
  };
})();

const asked = location.hash.slice(1);
setTheme(asked === 'light' || asked === 'dark' ? asked : 'auto');
for (const button of document.querySelectorAll('.switch button')) button.addEventListener('click', () => setTheme(button.dataset.theme));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redraws.forEach(redraw => redraw()));
// Paper is white: charts are drawn for it, and then as they were.
let before = null;
addEventListener('beforeprint', () => { before = root.dataset.theme || 'auto'; setTheme('light'); });
addEventListener('afterprint', () => { if (before) setTheme(before); before = null; });

about();
tiles();
series();
findings();
lists();
flow();
health();
table.begin();
root.dataset.ready = 'yes';
})();
