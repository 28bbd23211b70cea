// SPDX-License-Identifier: Apache-2.0
// Puts a map that can be moved in the place of the drawn one, where the browser has WebGL; else the drawing stays.

import { colour, styleOf } from "./map-style.js";

const PIN = "http://www.w3.org/2000/svg";

/** What the server wrote beside the drawing. */
export function dataOf(figure) {
  return JSON.parse(figure.dataset.map);
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

/** A shape of SVG with attributes. */
export function shape(name, attributes) {
  const made = document.createElementNS(PIN, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** An arrow the way that a gate's way leads, with the name of that. */
function arrowTo({ name, deg, spot: [x, y] }) {
  const made = shape("g", { class: "heading" });
  const text = shape("text", { x, y: y + 4, "text-anchor": "middle" });
  text.textContent = name;
  made.append(shape("path", { d: "M0 -9V-24M-5 -21L0 -30L5 -21Z", transform: `rotate(${deg})` }), text);
  return made;
}

/** A place as a button: a dot, a wedge for each camera, and its name. */
function pinButton(place, onPlace) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pin-button pin";
  button.dataset.place = place.name;
  button.setAttribute("aria-pressed", "false");
  const drawing = shape("svg", { viewBox: "-32 -32 64 64", "aria-hidden": "true" });
  for (const bearing of place.bearings) {
    drawing.append(shape("path", { class: "looks", d: "M0 0L-11 -26A28 28 0 0 1 11 -26Z", transform: `rotate(${bearing})` }));
  }
  for (const way of place.ways) drawing.append(arrowTo(way));
  drawing.append(shape("circle", { class: "dot", r: 7 }));
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = `${place.name} `;
  name.append(Object.assign(document.createElement("small"), { textContent: place.note }));
  button.append(drawing, name);
  if (onPlace) button.addEventListener("click", () => onPlace(place.name));
  else button.tabIndex = -1;
  return button;
}

/** Adds a style sheet or a script to the page, before ours, once it is needed; rejects where it does not come. */
function added(name, attributes) {
  return new Promise((resolve, reject) => {
    const part = Object.assign(document.createElement(name), attributes);
    part.addEventListener("load", resolve);
    part.addEventListener("error", () => reject(new Error(`${name} missing`)));
    document.head.prepend(part);
  });
}

/** The names of the layers of each region, which stand in the files themselves. */
async function withLayers(gl, data) {
  await added("script", { src: data.archives });
  const protocol = new pmtiles.Protocol();
  gl.addProtocol("pmtiles", protocol.tile);
  const told = await Promise.allSettled(data.regions.map(async (region) => {
    const file = new pmtiles.PMTiles(location.origin + region.address);
    protocol.add(file);
    const about = await file.getMetadata();
    return { ...region, layers: (about.vector_layers ?? []).map((layer) => layer.id) };
  }));
  return { ...data, regions: told.filter((one) => one.status === "fulfilled").map((one) => one.value) };
}

/** The lines between the passages of all journeys. */
function legs(data) {
  const features = data.journeys.flatMap((journey) => journey.stops.slice(1).map((stop, at) => ({
    type: "Feature",
    properties: { colour: colour(`way-${journey.colour}`), odd: journey.implausible[at] ? 1 : 0 },
    geometry: { type: "LineString", coordinates: [journey.stops[at].at, stop.at] },
  })));
  const drawn = features.filter((one) => one.geometry.coordinates.every(Boolean));
  return { type: "FeatureCollection", features: drawn };
}

/** The head of an arrow, as an image for the map. */
function arrowHead(ink) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = ink;
  pen.beginPath();
  pen.moveTo(4, 3);
  pen.lineTo(22, 12);
  pen.lineTo(4, 21);
  pen.fill();
  return pen.getImageData(0, 0, 24, 24);
}

function addLegs(map, data) {
  if (!data.journeys.length || map.getSource("legs")) return;
  map.addSource("legs", { type: "geojson", data: legs(data) }); // first: what follows tells the map to call this again
  map.addImage("head", arrowHead(colour("map-text")));
  const common = { type: "line", source: "legs", layout: { "line-cap": "round" } };
  map.addLayer({ ...common, id: "legs", filter: ["==", ["get", "odd"], 0],
    paint: { "line-color": ["get", "colour"], "line-width": 3, "line-offset": 4 } });
  map.addLayer({ ...common, id: "odd legs", filter: ["==", ["get", "odd"], 1],
    paint: { "line-color": colour("way-odd"), "line-width": 2.5, "line-offset": 4, "line-dasharray": [2, 2] } });
  map.addLayer({ id: "heads", type: "symbol", source: "legs",
    layout: { "symbol-placement": "line", "symbol-spacing": 120, "icon-image": "head", "icon-size": 0.7,
      "icon-offset": [0, 6], "icon-allow-overlap": true } });
}

/** How long a map may take to stand; a graphics driver that hangs says nothing. */
const PATIENCE_MS = 20_000;

/** The better map; throws where it cannot be made. */
async function moved(figure, stated, onPlace) {
  const [gl] = await Promise.all([import(stated.gl), added("link", { rel: "stylesheet", href: stated.sheet })]);
  gl.setWorkerUrl(new URL(stated.worker, location.href).href);
  const data = stated.regions.length ? await withLayers(gl, stated) : stated;
  const [west, south, east, north] = data.bounds;
  const holder = figure.querySelector(".map-gl");
  holder.hidden = false;
  const map = new gl.Map({ container: holder, style: styleOf(data), bounds: [[west, south], [east, north]],
    cooperativeGestures: true, attributionControl: false, locale: data.locale, dragRotate: false,
    pitchWithRotate: false, maxZoom: 19 });
  map.addControl(new gl.NavigationControl({ showCompass: false }));
  map.addControl(new gl.ScaleControl());
  if (data.regions.length) map.addControl(new gl.AttributionControl({ compact: true }));
  map.on("styledata", () => { if (map.isStyleLoaded()) addLegs(map, data); });
  map.on("load", () => addLegs(map, data));
  for (const place of data.places) {
    new gl.Marker({ element: pinButton(place, onPlace) }).setLngLat(place.at).addTo(map);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.setStyle(styleOf(data), { diff: false }));
  await new Promise((resolve, reject) => {
    map.once("load", resolve);
    map.once("error", (event) => { if (!map.isStyleLoaded()) reject(event.error); });
    setTimeout(() => reject(new Error("it does not come")), PATIENCE_MS);
  });
  return { gl, map };
}

/** Draws a map; what comes back puts vehicles on it: `vehicle(colour)` gives `move(stop, next, share)`. */
export async function drawMap(figure, onPlace) {
  const data = dataOf(figure);
  const drawing = figure.querySelector(".map-drawn");
  try {
    if (!hasWebGL()) throw new Error("no WebGL");
    const { gl, map } = await moved(figure, data, onPlace);
    drawing.setAttribute("hidden", "");
    figure.dataset.drawn = "gl";
    return { data, vehicle: (number) => onMap(gl, map, number) };
  } catch (error) {
    console.info(`the drawn map stays: ${error.message}`);
    figure.querySelector(".map-gl").hidden = true;
    figure.dataset.drawn = "svg";
    return { data, vehicle: (number) => inDrawing(drawing, number) };
  }
}

/** Between two numbers each of two pairs. */
function between(one, other, share) {
  return [one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share];
}

function onMap(gl, map, number) {
  const element = Object.assign(document.createElement("div"), { className: `vehicle-mark of-${number}` });
  const marker = new gl.Marker({ element });
  return (here, there, share) => {
    if (!here?.at || !there?.at) marker.remove();
    else marker.setLngLat(between(here.at, there.at, share)).addTo(map);
  };
}

function inDrawing(drawing, number) {
  const dot = shape("circle", { class: `vehicle of-${number}`, r: 9, visibility: "hidden" });
  drawing.querySelector(".moving").append(dot);
  return (here, there, share) => {
    dot.setAttribute("visibility", here?.spot && there?.spot ? "visible" : "hidden");
    if (!here?.spot || !there?.spot) return;
    const [x, y] = between(here.spot, there.spot, share);
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
  };
}
