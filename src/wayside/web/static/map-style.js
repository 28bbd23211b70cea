// SPDX-License-Identifier: Apache-2.0
// What the map looks like: our outline of the world below, and above it each region file by what it says it holds.
// Region files of two common forms are known: those of Protomaps (`kind`) and of OpenMapTiles (`class`).

const COAST_TRUE_TO = 7; // The outline may be off by kilometres: nearer than this the coast fades into plain ground.
const GREEN = ["park", "forest", "wood", "grass", "grassland", "meadow", "nature_reserve", "cemetery", "golf_course"];
const WIDE = ["highway", "motorway", "trunk"];
const MIDDLE = ["major_road", "primary", "secondary", "tertiary"];

/** A colour of the style sheet, as light or dark as the page is. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const KIND = ["coalesce", ["get", "kind"], ["get", "class"], ""];
const NAME = ["coalesce", ["get", "name"], ["get", "name:en"], ""];

/** Twice as wide with each step nearer. */
function roadWidth(more) {
  const wide = ["match", KIND, WIDE, 2.2, MIDDLE, 1.5, 0.8];
  const at = (factor) => ["+", ["*", factor, wide], more];
  return ["interpolate", ["exponential", 1.6], ["zoom"], 8, at(0.4), 14, at(2.5), 18, at(12)];
}

const text = (size) => ({ "text-field": NAME, "text-font": ["Noto Sans Regular"], "text-size": size });

/** What is drawn of a region, from below to above; the first name is Protomaps', the second OpenMapTiles'. */
const DRAWN = [
  { of: ["earth"], type: "fill", paint: () => ({ "fill-color": colour("map-land") }) },
  { of: ["landuse", "landcover", "park"], type: "fill", filter: ["match", KIND, GREEN, true, false],
    paint: () => ({ "fill-color": colour("map-green") }) },
  { of: ["water"], type: "fill", paint: () => ({ "fill-color": colour("map-water") }) },
  { of: ["waterway"], type: "line", paint: () => ({ "line-color": colour("map-water"), "line-width": 1.5 }) },
  { of: ["buildings", "building"], type: "fill", paint: () => ({ "fill-color": colour("map-building") }) },
  { of: ["roads", "transportation"], type: "line",
    paint: () => ({ "line-color": colour("map-road-edge"), "line-width": roadWidth(1.5) }) },
  { of: ["roads", "transportation"], type: "line", as: "inner",
    paint: () => ({ "line-color": colour("map-road"), "line-width": roadWidth(0) }) },
  { of: ["boundaries", "boundary"], type: "line",
    paint: () => ({ "line-color": colour("map-border"), "line-dasharray": [3, 2] }) },
  { of: ["roads", "transportation_name"], type: "symbol", as: "name",
    layout: { ...text(12), "symbol-placement": "line" }, paint: named },
  { of: ["places", "place"], type: "symbol", layout: text(14), paint: named },
];

function named() {
  return { "text-color": colour("map-text"), "text-halo-color": colour("map-land"), "text-halo-width": 1.5 };
}

/** The layers of one region file, from the names of the layers that it holds. */
function regionLayers(source, region, names) {
  if (region.kind === "raster") return [{ id: source, source, type: "raster" }];
  return DRAWN.flatMap((one) => one.of.filter((name) => names.includes(name)).map((name) => ({
    id: [source, name, one.type, one.as ?? ""].join(" "), source, "source-layer": name, type: one.type,
    ...(one.filter && { filter: one.filter }), ...(one.layout && { layout: one.layout }), paint: one.paint(),
  })));
}

/** A style for the map: `regions` with the names of the layers of each in `layers`. */
export function styleOf(data) {
  const sources = { world: { type: "geojson", data: new URL(data.world, location.href).href } };
  const fading = (near) => ["interpolate", ["linear"], ["zoom"], COAST_TRUE_TO, near, COAST_TRUE_TO + 2, colour("map-land")];
  const layers = [
    { id: "sea", type: "background", paint: { "background-color": fading(colour("map-sea")) } },
    { id: "land", source: "world", type: "fill", filter: ["==", ["get", "kind"], "land"],
      paint: { "fill-color": colour("map-land"), "fill-antialias": false } },
    { id: "borders", source: "world", type: "line", maxzoom: COAST_TRUE_TO + 2, filter: ["==", ["get", "kind"], "border"],
      paint: { "line-color": colour("map-border"), "line-width": 0.8 } },
  ];
  data.regions.forEach((region, at) => {
    const id = `region ${at}`;
    sources[id] = { type: region.kind, url: `pmtiles://${location.origin}${region.address}`,
      ...(region.kind === "raster" && { tileSize: 256 }) };
    layers.push(...regionLayers(id, region, region.layers ?? []));
  });
  return { version: 8, sources, layers };
}
