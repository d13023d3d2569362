// Draws the map that stands in the page as data: fixed places, no physics; search and filters only hide and show.
const data = JSON.parse(document.getElementById("graph").textContent);
const part = (id) => document.getElementById(id);
const nodes = new vis.DataSet(data.nodes);
const edges = new vis.DataSet(data.edges);

part("explore").hidden = false;
const network = new vis.Network(part("network"), { nodes, edges }, data.options);
network.once("afterDrawing", () => { part("network").dataset.drawn = "yes"; });
// The first columns in a size that can be read; the rest by dragging, or all of it by zooming out.
const wide = part("network").clientWidth;
const high = part("network").clientHeight;
const scale = 0.75;
const left = Math.min(...data.nodes.map((node) => node.x)) - 110;
const upper = Math.min(...data.nodes.map((node) => node.y)) - 40;
network.moveTo({ scale, position: { x: left + wide / scale / 2, y: upper + high / scale / 2 } });

const bodiesAndGaps = data.nodes.filter((node) => !node.heading);
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function filter() {
  const words = plain(part("find").value.trim());
  const wanted = part("function").value;
  const group = part("group").value;
  const basis = part("basis").value;
  const shown = new Set(bodiesAndGaps.filter((node) =>
    (!wanted || node.functions.includes(wanted)) && (!group || node.routes.includes(group)) && (!words || plain(node.name).includes(words))
  ).map((node) => node.id));
  nodes.update(bodiesAndGaps.map((node) => ({ id: node.id, hidden: !shown.has(node.id) })));
  edges.update(data.edges.map((edge) => ({
    id: edge.id,
    hidden: !(shown.has(edge.from) && shown.has(edge.to) && (!basis || edge.basis === basis) && (!group || edge.routes.includes(group))),
  })));
  const bodies = bodiesAndGaps.filter((node) => node.page && shown.has(node.id));
  part("count").textContent = `${part("count").dataset.text} ${bodies.length}`;
  if (words && bodies.length === 1) {
    network.selectNodes([bodies[0].id]);
    network.focus(bodies[0].id, { scale: 1 });
    tell(bodies[0].id);
  }
}

function tell(id) {
  const node = data.nodes.find((found) => found.id === id);
  const chosen = part("chosen");
  chosen.replaceChildren();
  if (!node) return;
  if (node.page) {
    const link = document.createElement("a");
    link.href = node.page;
    link.textContent = node.name;
    chosen.append(`${chosen.dataset.open} `, link);
  } else {
    chosen.append(node.name);
  }
  const names = new Map(data.nodes.map((found) => [found.id, found.name]));
  const out = data.edges.filter((edge) => edge.from === id).map((edge) => `${names.get(edge.to)} (${edge.told})`);
  if (out.length) chosen.append(` — ${chosen.dataset.refers} ${out.join("; ")}`);
}

network.on("selectNode", (event) => tell(event.nodes[0]));
network.on("doubleClick", (event) => {
  const node = data.nodes.find((found) => found.id === event.nodes[0]);
  if (node?.page) window.location.assign(node.page);
});
for (const id of ["find", "function", "group", "basis"]) part(id).addEventListener("input", filter);
filter();
if (data.marked.length) network.selectNodes(data.marked.filter((id) => nodes.get(id)), true);
