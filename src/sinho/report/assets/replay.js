"use strict";
const scene = JSON.parse(document.getElementById("scene").textContent);
const [names, groupOf, opacity, notes] = scene.items;
const [when, what, who, where] = scene.events;
const COMES = 0, MOVED = 1, LEAVES = 2, CALLED = 3, USED = 4;
const byId = (id) => document.getElementById(id);
const [stage, line] = [byId("stage"), byId("time")];
const ratio = window.devicePixelRatio || 1;
const FLASH = 700, INK = "#1d2733", SOFT = "#5b6673", WALL = "#dfe3e8", ALARM = "#b3261e";

// Places of all lanes, counted through.
const places = [];
scene.lanes.forEach((lane, l) => {
  lane.first = places.length;
  for (let k = 0; k < lane.places; k++) {
    const [column, row] = [k % lane.columns, Math.floor(k / lane.columns)];
    places.push({ lane: l, number: k + 1, x: lane.x + column * scene.across,
      y: lane.y + row * scene.along });
  }
});

let now, at, done, place, stands, called, inside, counts, flashes, playing = false, last = 0;

function reset() {
  at = new Int32Array(names.length).fill(-2); // -2: not here, -1: outside
  stands = new Int32Array(places.length).fill(-1);
  called = new Uint8Array(names.length);
  counts = { inside: 0, outside: 0, comes: 0, moved: 0, leaves: 0 };
  flashes = new Map();
  for (const lane of scene.lanes) lane.queue = [];
  done = 0;
  now = scene.start;
}

// In a flow lanes are queues: the first of them stands at the last place.
function flow(item, kind, spot) {
  const lanes = [];
  if (at[item] >= 0) {
    const lane = scene.lanes[places[at[item]].lane];
    lane.queue.splice(lane.queue.indexOf(item), 1);
    lanes.push(lane);
  }
  counts.inside += (kind === COMES) - (kind === LEAVES);
  called[item] = 0;
  at[item] = spot;
  if (spot >= 0) {
    const lane = scene.lanes[places[spot].lane];
    lane.queue.push(item);
    lanes.push(lane);
  }
  for (const lane of lanes) {
    const last = lane.first + lane.places - 1;
    for (let k = 0; k < lane.places; k++) stands[last - k] = lane.queue[k] ?? -1;
  }
}

function put(item, spot) {
  const old = at[item];
  if (old >= 0 && stands[old] === item) stands[old] = -1;
  if (old >= 0) counts.inside--;
  if (old === -1) counts.outside--;
  at[item] = spot;
  if (spot >= 0) { stands[spot] = item; counts.inside++; }
  if (spot === -1) counts.outside++;
}

function happen(k, show) {
  const item = who[k], kind = what[k];
  if (kind === CALLED) { called[item] = 1; return; }
  if (scene.flow) {
    flow(item, kind, kind === LEAVES || kind === USED ? -2 : where[k]);
    if (when[k] > scene.start && kind !== USED) counts[["comes", "moved", "leaves"][kind]]++;
    return;
  }
  const old = at[item];
  put(item, kind === LEAVES ? -2 : where[k]);
  if (when[k] > scene.start && !(kind === MOVED && where[k] < 0)) counts[["comes", "moved", "leaves"][kind]]++;
  if (show) {
    const spot = kind === LEAVES ? old : where[k];
    if (spot >= 0) flashes.set(spot, { until: performance.now() + FLASH, kind });
  }
}

function goTo(time, show) {
  time = Math.max(scene.start, Math.min(scene.end, time));
  if (time < now) reset();
  while (done < when.length && when[done] <= time) happen(done++, show);
  now = time;
}

function clock(time) {
  if (!scene.clock) return `step ${Math.floor(time)}`;
  const moment = new Date(Date.parse(scene.clock + "Z") + Math.floor(time) * 60000);
  const day = moment.toLocaleDateString("en-GB",
    { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return `${day} ${moment.toISOString().slice(11, 16)}`;
}

function spoken(spot) {
  const p = places[spot];
  return scene.lanes[p.lane].places > 1 && !scene.flow
    ? `${scene.lanes[p.lane].name} place ${p.number}` : scene.lanes[p.lane].name;
}

function sentence(k) {
  const item = names[who[k]], note = notes[who[k]];
  const spot = where[k] >= 0 ? spoken(where[k]) : "outside";
  const moved = where[k] >= 0 ? `${scene.flow ? "comes" : "is moved"} to ${spot}` : "is put off for another";
  const said = [`comes to ${spot}`, moved, "leaves", "is called", "is used"][what[k]];
  return `${clock(when[k])}  ${item} ${said}${note ? ` (${note})` : ""}`;
}

function sized(canvas, width, height) {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

const pen = (() => {
  stage.style.width = `${scene.width}px`;
  return sized(stage, scene.width, scene.height + 4);
})();

function drawStage() {
  const { across, along } = scene, moment = performance.now();
  pen.clearRect(0, 0, scene.width, scene.height + 4);
  pen.lineWidth = 1;
  pen.strokeStyle = SOFT;
  for (const line of scene.ways) pen.stroke(new Path2D(line));
  pen.fillStyle = "#fafbfc";
  for (const [x, y, width, height] of scene.boxes) {
    pen.fillRect(x, y, width, height);
    pen.strokeRect(x, y, width, height);
  }
  pen.strokeStyle = WALL;
  pen.beginPath();
  for (const lane of scene.lanes) {
    const deep = Math.ceil(lane.places / lane.columns) * along;
    const right = lane.x + Math.min(lane.columns, lane.places) * across;
    pen.moveTo(lane.x, lane.y + deep);
    pen.lineTo(lane.x, lane.y);
    if (lane.ends < 2) pen.lineTo(right, lane.y);
    else pen.moveTo(right, lane.y);
    pen.lineTo(right, lane.y + deep);
    if (lane.ends === 0) pen.lineTo(lane.x, lane.y + deep);
  }
  pen.stroke();
  const halted = new Map(); // how much of a lane stands still
  for (const [lane, begin, end] of scene.stopped) {
    if (begin <= now && now < end) halted.set(lane, (halted.get(lane) || 0) + 1);
  }
  pen.strokeStyle = ALARM;
  pen.lineWidth = 2;
  for (const l of halted.keys()) {
    const lane = scene.lanes[l], deep = Math.ceil(lane.places / lane.columns) * along;
    pen.strokeRect(lane.x - 1, lane.y - 1, Math.min(lane.columns, lane.places) * across + 2, deep + 2);
  }
  for (let s = 0; s < places.length; s++) {
    const item = stands[s], flash = flashes.get(s), { x, y } = places[s];
    if (item >= 0) {
      pen.globalAlpha = opacity[item];
      pen.fillStyle = scene.groups[groupOf[item]][1];
      pen.fillRect(x + 0.6, y + 0.6, across - 1.2, along - 1.2);
      pen.globalAlpha = 1;
      if (called[item]) {
        pen.fillStyle = "white";
        pen.fillRect(x + across / 2 - 1.2, y + along / 2 - 1.2, 2.4, 2.4);
      }
    }
    if (flash) {
      if (flash.until < moment) flashes.delete(s);
      else {
        pen.strokeStyle = flash.kind === MOVED ? ALARM : INK;
        pen.lineWidth = 2;
        pen.strokeRect(x, y, across, along);
      }
    }
  }
  for (const head of scene.headings) {
    pen.font = `${head.small ? "10px" : "600 11px"} system-ui, sans-serif`;
    let taken = 0, room = 0;
    for (let l = head.first; l < head.last; l++) {
      const lane = scene.lanes[l];
      room += lane.places;
      if (scene.flow) taken += lane.queue.length;
      else for (let k = 0; k < lane.places; k++) if (stands[lane.first + k] >= 0) taken++;
    }
    const share = scene.flow ? taken.toLocaleString("en") : `${taken}/${room}`;
    pen.fillStyle = INK;
    pen.fillText(head.text, head.x, head.y);
    pen.fillStyle = SOFT;
    const behind = head.x + pen.measureText(head.text).width + 8;
    pen.fillText(share, behind, head.y);
    if (head.small && halted.has(head.first)) {
      pen.fillStyle = ALARM;
      pen.fillText(`${halted.get(head.first)} stopped`, behind + pen.measureText(share).width + 6, head.y);
    }
  }
}

// The line of time: who stands inside, and what is moved.
const curve = [], moves = [];
function drawTime() {
  const width = line.clientWidth, high = 64;
  const ink = sized(line, width, high);
  const span = Math.max(1e-9, scene.end - scene.start);
  const x = (time) => 6 + (time - scene.start) / span * (width - 12);
  const top = Math.max(1, ...curve.map((point) => point[1]));
  ink.fillStyle = "#d9e6f2";
  ink.beginPath();
  ink.moveTo(x(scene.start), high - 4);
  curve.forEach(([time, count], k) => {
    if (k) ink.lineTo(x(time), high - 4 - curve[k - 1][1] / top * (high - 22));
    ink.lineTo(x(time), high - 4 - count / top * (high - 22));
  });
  ink.lineTo(x(scene.end), high - 4 - curve[curve.length - 1][1] / top * (high - 22));
  ink.lineTo(x(scene.end), high - 4);
  ink.fill();
  ink.fillStyle = ALARM;
  for (const time of moves) ink.fillRect(x(time) - 0.5, high - 8, 1, 6);
  ink.fillStyle = SOFT;
  ink.font = "11px system-ui, sans-serif";
  ink.fillText(clock(scene.start), 6, 12);
  const end = clock(scene.end);
  ink.fillText(end, width - 6 - ink.measureText(end).width, 12);
  const most = `most: ${top.toLocaleString("en")}`;
  ink.fillText(most, (width - ink.measureText(most).width) / 2, 12);
  ink.fillStyle = INK;
  ink.fillRect(x(now) - 1, 16, 2, high - 18);
}

function tell() {
  byId("now").textContent = clock(now);
  const said = [
    [counts.inside, "inside"], [counts.comes, "came"], [counts.leaves, "left"],
    ...(scene.flow ? [] : [[counts.moved, "moved to reach others"], [counts.outside, "without a place"]]),
  ];
  byId("counts").innerHTML = said
    .map(([count, text]) => `<li><b>${count.toLocaleString("en")}</b>${text}</li>`).join("");
  const log = byId("log");
  log.replaceChildren();
  for (let k = done - 1; k >= 0 && log.children.length < 8 && when[k] > scene.start; k--) {
    if (what[k] === CALLED) continue;
    const row = document.createElement("li");
    row.textContent = sentence(k);
    if (what[k] === MOVED && !scene.flow) row.className = "moved";
    log.append(row);
  }
  line.setAttribute("aria-valuetext", clock(now));
  Object.assign(document.body.dataset, { now: String(now), inside: String(counts.inside),
    moved: String(counts.moved), outside: String(counts.outside) });
}

function show() { drawStage(); drawTime(); tell(); }

function frame(moment) {
  if (playing) {
    const passed = Math.min(200, moment - last) / 1000;
    goTo(now + passed * Number(byId("rate").value), true);
    if (now >= scene.end) play(false);
  }
  last = moment;
  if (playing || flashes.size) { show(); requestAnimationFrame(frame); }
}

function play(on) {
  if (on && now >= scene.end) goTo(scene.start, false);
  playing = on;
  byId("play").textContent = on ? "Pause" : "Play";
  byId("play").setAttribute("aria-pressed", String(on));
  last = performance.now();
  requestAnimationFrame(frame);
}

function step(ahead) {
  play(false);
  let k = done;
  if (ahead) {
    while (k < when.length && what[k] === CALLED) k++;
    if (k < when.length) goTo(when[k], true);
  } else {
    k = done - 1;
    while (k >= 0 && (what[k] === CALLED || when[k] >= now)) k--;
    goTo(k >= 0 ? when[k] : scene.start, false);
  }
  show();
  requestAnimationFrame(frame);
}

for (const rate of scene.rates) {
  const choice = new Option(`${rate} ${scene.clock ? "minutes" : "steps"} a second`, rate);
  byId("rate").append(choice);
}
byId("play").onclick = () => play(!playing);
byId("back").onclick = () => step(false);
byId("next").onclick = () => step(true);
document.addEventListener("keydown", (event) => {
  if (event.target.tagName === "SELECT") return;
  const keys = { " ": () => play(!playing), ArrowRight: () => step(true), ArrowLeft: () => step(false),
    Home: () => { goTo(scene.start); show(); }, End: () => { goTo(scene.end); show(); } };
  if (!keys[event.key]) return;
  if (event.key === " " && event.target.tagName === "BUTTON") return;
  event.preventDefault();
  keys[event.key]();
});
function wind(event) {
  const share = (event.offsetX - 6) / Math.max(1, line.clientWidth - 12);
  goTo(scene.start + share * (scene.end - scene.start), false);
  show();
}
line.onpointerdown = (event) => { line.setPointerCapture(event.pointerId); wind(event); };
line.onpointermove = (event) => { if (event.buttons) wind(event); };
stage.onpointermove = (event) => {
  const { across, along } = scene;
  const s = places.findIndex((p) => event.offsetX >= p.x && event.offsetX < p.x + across
    && event.offsetY >= p.y && event.offsetY < p.y + along);
  if (s < 0) return;
  const item = stands[s];
  byId("here").textContent = item < 0 ? `${spoken(s)}: nobody` : `${spoken(s)}: ${names[item]}`
    + `, ${scene.groups[groupOf[item]][0]}${notes[item] ? `, ${notes[item]}` : ""}`
    + `${called[item] ? ", called to leave" : ""}`;
};
for (const [name, color] of scene.groups) {
  const row = document.createElement("li"), sign = document.createElement("i");
  sign.style.background = color;
  row.append(sign, name);
  byId("groups").append(row);
}

reset();
curve.push([scene.start, 0]);
for (let k = 0; k < when.length; k++) {
  happen(k, false);
  if (when[k] <= scene.start) curve[0][1] = counts.inside;
  else if (when[k] <= scene.end) {
    if (curve[curve.length - 1][0] === when[k]) curve[curve.length - 1][1] = counts.inside;
    else curve.push([when[k], counts.inside]);
    if (what[k] === MOVED && !scene.flow) moves.push(when[k]);
  }
}
reset();
const asked = /^#at=([0-9.]+)$/.exec(location.hash);
goTo(asked ? scene.start + Number(asked[1]) : scene.start, false);
window.addEventListener("resize", show);
show();
document.body.dataset.ready = "yes";
