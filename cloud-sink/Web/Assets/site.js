// Adds to pages that are whole without it: a map that can be moved, filters without a reload, numbers that stay fresh.
"use strict";

const refreshSeconds = 30;
const form = document.querySelector("form[data-filter]");
const results = document.getElementById("results");
const mapBox = document.querySelector("[data-map]");
let map = null, layer = null, asked = 0;

/** Replaces the results by those of another address of this page; keeps what is there if that fails. */
async function showResults(address, remember) {
  const mine = ++asked;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("results");
    if (!fresh || mine !== asked) return;
    const focused = results.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    results.replaceChildren(...fresh.childNodes);
    if (focused) results.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    if (remember) history.replaceState(null, "", address);
  } catch (failure) {
    if (remember) location.assign(address);
  }
}

function addressOfForm() {
  const query = new URLSearchParams();
  for (const [key, value] of new FormData(form)) if (value !== "") query.set(key, value);
  const text = query.toString();
  return form.getAttribute("action") + (text ? "?" + text : "");
}

function filterWithoutReload() {
  let waiting = 0;
  const filter = () => { showResults(addressOfForm(), true); if (map) fitNext = true; showPoints(); };
  form.addEventListener("submit", event => { event.preventDefault(); clearTimeout(waiting); filter(); });
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 250); });
  results.addEventListener("click", event => {
    const link = event.target.closest("a.page-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    showResults(link.getAttribute("href"), true).then(() => document.getElementById("found")?.focus());
  });
  setInterval(() => { if (!document.hidden) { showResults(location.pathname + location.search, false); showPoints(); } }, refreshSeconds * 1000);
}

let fitNext = true, pointsAsked = 0;

async function showPoints() {
  if (!map) return;
  const query = new URLSearchParams(location.search);
  if (form) for (const key of [...query.keys()]) query.delete(key);
  if (form) for (const [key, value] of new FormData(form)) if (value !== "") query.set(key, value);
  const view = map.getBounds();
  if (!fitNext) query.set("box", [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map(n => n.toFixed(6)).join(","));
  const mine = ++pointsAsked;
  let found;
  try {
    const answer = await fetch("/map.json?" + query);
    if (!answer.ok) return;
    found = await answer.json();
  } catch (failure) { return; }
  if (mine !== pointsAsked) return;
  if (fitNext && found.bounds) {
    fitNext = false;
    const [west, south, east, north] = found.bounds;
    map.fitBounds([[south, west], [north, east]], { padding: [36, 36], maxZoom: 16, animate: false });
  }
  const focused = layer.getLayers().find(marker => marker.getElement() === document.activeElement)?.options.key;
  layer.clearLayers();
  for (const point of found.points) addPoint(point);
  for (const group of found.groups) addGroup(group);
  if (focused) layer.getLayers().find(marker => marker.options.key === focused)?.getElement().focus();
}

function pin(text, kind) {
  const mark = document.createElement("span");
  mark.className = "pin " + kind;
  mark.textContent = text;
  return L.divIcon({ html: mark, className: "", iconSize: [30, 30] });
}

function addPoint(point) {
  const name = mapBox.dataset.pointLabel.replace("{0}", point.title).replace("{1}", point.grade).replace("{2}", point.score.toFixed(1));
  const marker = L.marker([point.latitude, point.longitude], { icon: pin(point.grade, "grade-" + point.grade.toLowerCase()), key: point.zone, riseOnHover: true });
  const tip = document.createElement("span");
  tip.textContent = name;
  marker.bindTooltip(tip, { direction: "top", offset: [0, -14] });
  const open = () => location.assign("/zones/" + encodeURIComponent(point.zone));
  marker.on("click", open);
  add(marker, name, open);
}

function addGroup(group) {
  const name = mapBox.dataset.groupLabel.replace("{0}", group.count);
  const marker = L.marker([group.latitude, group.longitude], { icon: pin(group.count > 999 ? "1k+" : group.count, "many") });
  const open = () => map.setView(marker.getLatLng(), Math.min(map.getMaxZoom(), map.getZoom() + 2));
  marker.on("click", open);
  add(marker, name, open);
}

function add(marker, name, open) {
  layer.addLayer(marker);
  const element = marker.getElement();
  element.setAttribute("role", "link");
  element.setAttribute("aria-label", name);
  element.addEventListener("keydown", event => { if (event.key === "Enter") { event.preventDefault(); open(); } });
}

/** A grid where there are no tiles: the plan stays plain, and nobody else is asked for anything. */
const PlainGrid = typeof L === "undefined" ? null : L.GridLayer.extend({
  createTile() {
    const tile = document.createElement("div");
    tile.className = "grid-tile";
    return tile;
  },
});

function showMap() {
  const canvas = document.createElement("div");
  mapBox.replaceChildren(canvas);
  canvas.className = "canvas";
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", mapBox.dataset.label);
  map = L.map(canvas, { minZoom: 3, maxZoom: 18, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, scrollWheelZoom: false });
  map.attributionControl.setPrefix(false);
  map.setView([0, 0], 3);
  layer = L.layerGroup().addTo(map);
  const grid = new PlainGrid({ tileSize: 128 }).addTo(map);
  if (mapBox.dataset.tiles) {
    const credit = document.createElement("span");
    credit.textContent = mapBox.dataset.credit;
    const tiles = L.tileLayer(mapBox.dataset.tiles, { maxZoom: 18, attribution: credit.innerHTML, referrerPolicy: "strict-origin" }).addTo(map);
    tiles.on("tileload", () => grid.remove());
  }
  map.on("moveend", () => { if (!fitNext) showPoints(); });
  showPoints();
}

/** The page of a place hears when a record of it comes. While it hears nothing it looks by itself; while nobody looks at it, it rests. */
function follow(main) {
  let events = null, due = 0, looks = 0;
  const renew = async () => {
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of main.querySelectorAll("[data-part]")) {
        const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
        if (fresh && fresh.outerHTML !== part.outerHTML && !part.contains(document.activeElement)) part.replaceWith(fresh);
      }
    } catch (failure) { /* Without a network the page stays as it is. */ }
  };
  const soon = () => { clearTimeout(due); due = setTimeout(renew, 500); };
  const listen = () => {
    if (document.hidden || events?.readyState < EventSource.CLOSED) return;
    events = new EventSource(main.dataset.live);
    for (const kind of ["record", "missed"]) events.addEventListener(kind, soon);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) events?.close();
    else { soon(); listen(); }
  });
  setInterval(() => {
    listen();
    // What changes without a record, such as its silence, is seen every five minutes.
    if (!document.hidden && (events.readyState !== EventSource.OPEN || ++looks % 10 === 0)) renew();
  }, refreshSeconds * 1000);
  listen();
}

if (mapBox && typeof L !== "undefined") showMap();
if (form && results) filterWithoutReload();
const live = document.querySelector("main[data-live]");
if (live) follow(live);
