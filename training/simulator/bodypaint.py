# SPDX-License-Identifier: Apache-2.0
"""What is drawn on a body: glass, lamps, grille, door gaps and trim, as two pictures of materials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.layers import Texture
from training.simulator.loft import TEXELS_PER_M, Outline, texture_sizes
from training.simulator.materials import Material

Bytes = NDArray[np.uint8]
Places = Sequence[tuple[float, float]]

_SUBPIXEL = 4


def _fill(picture: Bytes, places: Places, material: Material) -> None:
    points = np.round(np.array(places) * TEXELS_PER_M * 2**_SUBPIXEL).astype(np.int32)
    cv2.fillPoly(picture, [points], int(material), shift=_SUBPIXEL)


def _line(picture: Bytes, places: Places, material: Material, width_m: float, closed: bool = False) -> None:
    points = np.round(np.array(places) * TEXELS_PER_M * 2**_SUBPIXEL).astype(np.int32)
    thick = max(1, round(width_m * TEXELS_PER_M))
    cv2.polylines(picture, [points], closed, int(material), thick, shift=_SUBPIXEL)


def _disc(picture: Bytes, place: tuple[float, float], radius: float, material: Material) -> None:
    centre = (round(place[0] * TEXELS_PER_M), round(place[1] * TEXELS_PER_M))
    cv2.circle(picture, centre, max(1, round(radius * TEXELS_PER_M)), int(material), -1)


@dataclass(frozen=True)
class Design:
    """What tells one make from another; drawn by chance."""

    grille: int
    lamp_reach: float
    lamp_slope: float
    day_lamp: bool
    round_lamps: bool
    tail_upright: bool
    tail_bar: bool
    black_bumpers: bool
    chrome: bool
    sunroof: bool
    tinted_rear: bool
    badge: bool


def make_design(rng: np.random.Generator) -> Design:
    """A design by chance."""
    return Design(
        grille=int(rng.integers(0, 5)),
        lamp_reach=float(rng.uniform(0.42, 0.66)),
        lamp_slope=float(rng.uniform(-0.02, 0.09)),
        day_lamp=bool(rng.random() < 0.5),
        round_lamps=bool(rng.random() < 0.3),
        tail_upright=bool(rng.random() < 0.5),
        tail_bar=bool(rng.random() < 0.2),
        black_bumpers=bool(rng.random() < 0.25),
        chrome=bool(rng.random() < 0.4),
        sunroof=bool(rng.random() < 0.25),
        tinted_rear=bool(rng.random() < 0.35),
        badge=bool(rng.random() < 0.85),
    )


class _Strip:
    """Draws on the strip by height at nose and tail, by `u` on top; y from the middle line."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.half = outline.shape.width / 2
        self.picture = np.full(texture_sizes(outline)[0], int(Material.PAINT), np.uint8)

    def nose(self, places: Places) -> Places:
        return [(self.half + y, self.outline.s_front(z)) for y, z in places]

    def tail(self, places: Places) -> Places:
        return [(self.half + y, self.outline.s_rear(z)) for y, z in places]

    def both(self, places: Places, material: Material, at_tail: bool = False) -> None:
        """Fill a polygon (y, z) and its mirror image."""
        spread = self.tail if at_tail else self.nose
        _fill(self.picture, spread(places), material)
        _fill(self.picture, spread([(-y, z) for y, z in places]), material)

    def bar(self, half_span: float, low: float, high: float, material: Material, at_tail: bool = False) -> None:
        spread = self.tail if at_tail else self.nose
        _fill(
            self.picture, spread([(-half_span, low), (half_span, low), (half_span, high), (-half_span, high)]), material
        )


def _paint_bumper(strip: _Strip, design: Design, low: float, plate_z: float, at_tail: bool) -> None:
    top = plate_z + 0.12 if design.black_bumpers else low + 0.07
    strip.bar(strip.half, low - 0.1, top, Material.TRIM, at_tail)


def _paint_grille(strip: _Strip, design: Design) -> None:
    shape, half = strip.outline.shape, strip.half
    low, high = shape.lamp_z
    wide = half * design.lamp_reach * 0.92
    if design.grille == 0:
        strip.bar(wide * 0.9, low + 0.05, high - 0.05, Material.GLOSS_BLACK)
    elif design.grille == 1:
        strip.bar(wide * 0.72, low - 0.10, high - 0.01, Material.GLOSS_BLACK)
        for z in np.arange(low - 0.08, high - 0.02, 0.035):
            strip.bar(wide * 0.70, z, z + 0.011, Material.CHROME if design.chrome else Material.TRIM)
    elif design.grille == 2:
        strip.both(
            [(0.03, low - 0.06), (0.24, low - 0.05), (0.27, high - 0.03), (0.03, high - 0.02)], Material.GLOSS_BLACK
        )
    elif design.grille == 3:
        strip.bar(wide, low + 0.02, high - 0.02, Material.TRIM)
        strip.bar(wide, (low + high) / 2 - 0.012, (low + high) / 2 + 0.012, Material.CHROME)
    else:
        strip.bar(wide * 0.5, high - 0.07, high - 0.03, Material.GLOSS_BLACK)
    if design.badge:
        y, s = strip.nose([(0.0, high - 0.05)])[0]
        _disc(strip.picture, (y, s), 0.055, Material.CHROME)
        _disc(strip.picture, (y, s), 0.038, Material.GLOSS_BLACK)


def _paint_intake(strip: _Strip, design: Design, low: float) -> None:
    half, plate_z = strip.half, strip.outline.shape.front_plate_z
    top = max(plate_z - 0.08, low + 0.12)
    strip.bar(half * 0.62, low + 0.06, top, Material.TRIM)
    for z in np.arange(low + 0.08, top - 0.02, 0.045):
        strip.bar(half * 0.6, z, z + 0.012, Material.GAP)
    strip.both(
        [
            (half * 0.68, low + 0.08),
            (half * 0.93, low + 0.12),
            (half * 0.92, plate_z - 0.02),
            (half * 0.72, plate_z - 0.08),
        ],
        Material.TRIM,
    )
    if not design.black_bumpers:
        for side in (-1, 1):
            _disc(strip.picture, strip.nose([(side * half * 0.8, low + 0.17)])[0], 0.045, Material.LAMP_LENS)


def _paint_reflectors(strip: _Strip, design: Design) -> None:
    """The round parts inside the head-lamps: one large at each side, or two."""
    low, high = strip.outline.shape.lamp_z
    radius = min(0.07, (high - low) * 0.36)
    parts = ((0.84, 1.3),) if design.round_lamps else ((0.78, 1.0), (0.9, 0.8))
    for side in (-1, 1):
        for share, size in parts:
            z = (low + high) / 2 + design.lamp_slope * share * 0.4
            place = strip.nose([(side * strip.half * share, z)])[0]
            _disc(strip.picture, place, radius * size * 1.15, Material.CHROME)
            _disc(strip.picture, place, radius * size, Material.HEAD_LAMP if share < 0.85 else Material.LAMP_LENS)


def _paint_head_lamps(strip: _Strip, design: Design) -> None:
    low, high = strip.outline.shape.lamp_z
    half, inner = strip.half, strip.half * design.lamp_reach
    outer, edge, slope = half * 1.05, half * 1.02, design.lamp_slope
    housing = [(inner, low + 0.02), (half * 0.8, low), (outer, low + 0.02)]
    housing += [(outer, high + slope), (half * 0.86, high + slope * 0.8), (inner, high - 0.05)]
    strip.both(housing, Material.LAMP_HOUSING)
    _paint_reflectors(strip, design)
    if design.day_lamp:
        line = [(inner + 0.02, low + 0.02), (edge, low + 0.02), (edge, low + 0.05), (inner + 0.02, low + 0.05)]
        strip.both(line, Material.DAY_LAMP)
    else:
        corner = [(inner, low + 0.03), (inner + 0.07, low + 0.02), (inner + 0.07, high - 0.04), (inner, high - 0.06)]
        strip.both(corner, Material.LAMP_LENS)


def _paint_nose(strip: _Strip, design: Design) -> None:
    low = strip.outline.shape.outline[0][1]
    _paint_bumper(strip, design, low, strip.outline.shape.front_plate_z, at_tail=False)
    _paint_intake(strip, design, low)
    _paint_grille(strip, design)
    _paint_head_lamps(strip, design)
    shape, outline = strip.outline.shape, strip.outline
    edge, cowl = outline.s_near(shape.bonnet), outline.s_near(shape.cowl)
    half = strip.half
    if cowl - edge > 0.3:
        bonnet = [
            (half - half * 0.84, cowl),
            (half - half * 0.86, edge + 0.1),
            (half - 0.5 * half, edge),
            (half + 0.5 * half, edge),
            (half + half * 0.86, edge + 0.1),
            (half + half * 0.84, cowl),
        ]
        _line(strip.picture, bonnet, Material.GAP, 0.012)


def _tail_lamp_edges(strip: _Strip, design: Design) -> tuple[float, float, float]:
    """Inner edge (y), bottom and top (z) of a tail-lamp."""
    low, high = strip.outline.shape.tail_lamp_z
    if design.tail_upright:
        return strip.half * 0.74, low - 0.04, min(high + 0.1, strip.outline.shape.height - 0.2)
    return strip.half * 0.52, (low + high) / 2 - 0.09, (low + high) / 2 + 0.08


def _paint_tail_lamps(strip: _Strip, design: Design) -> None:
    inner, bottom, top = _tail_lamp_edges(strip, design)
    outer, split = strip.half * 1.05, strip.half * 0.85
    low, high = bottom + (top - bottom) / 3, top - (top - bottom) / 3
    strip.both([(inner, bottom + 0.02), (outer, bottom), (outer, top), (inner + 0.03, top)], Material.TAIL_DARK, True)
    for left, right, under, over, material in (
        (inner + 0.02, outer, bottom + 0.04, low, Material.TAIL_LAMP),
        (inner + 0.04, outer, high, top - 0.02, Material.BRAKE_LAMP),
        (split, outer, low, high, Material.INDICATOR),
        (inner + 0.03, split - 0.01, low, high, Material.REVERSE_LAMP),
    ):
        strip.both([(left, under), (right, under), (right, over), (left, over)], material, True)
    if design.tail_bar:
        strip.bar(inner, top - 0.05, top - 0.01, Material.TAIL_LAMP, True)


def _paint_tail(strip: _Strip, design: Design) -> None:
    shape = strip.outline.shape
    low = shape.outline[-1][1]
    _paint_bumper(strip, design, low, low + 0.14, at_tail=True)
    _paint_tail_lamps(strip, design)
    z, half = shape.rear_plate_z, strip.half
    strip.bar(0.33, z - 0.10, z + 0.11, Material.PAINT, True)
    recess = [(-0.34, z - 0.1), (0.34, z - 0.1), (0.31, z + 0.12), (-0.31, z + 0.12)]
    _line(strip.picture, strip.tail(recess), Material.GAP, 0.012, closed=True)
    strip.bar(0.22, z + 0.105, z + 0.135, Material.CHROME if design.chrome else Material.TRIM, True)
    lid = max(low + 0.22, min(z - 0.16, 0.62))
    _line(strip.picture, strip.tail([(-half, lid), (half, lid)]), Material.GAP, 0.012)
    strip.both(
        [(half * 0.6, low + 0.1), (half * 0.85, low + 0.1), (half * 0.85, low + 0.13), (half * 0.6, low + 0.13)],
        Material.TAIL_DARK,
        True,
    )
    if design.badge:
        place = strip.tail([(0.0, z + 0.2)])[0]
        _disc(strip.picture, place, 0.05, Material.CHROME)
    if shape.name == "van":
        _line(strip.picture, strip.tail([(0, low + 0.25), (0, shape.height - 0.1)]), Material.GAP, 0.015)


def _pane(strip: _Strip, first: float, last: float, material: Material, margin: float) -> None:
    """A windscreen or rear window between two arc lengths, with the dark edge that is printed on its glass."""
    steps = np.linspace(first, last, 12)
    for inset, fill in ((0.0, Material.FRIT), (0.045, material)):
        rows = np.clip(steps, first + inset, last - inset)
        side = [(strip.outline.width_at(s) - margin - inset, s) for s in rows]
        places = [(strip.half - y, s) for y, s in side] + [(strip.half + y, s) for y, s in side[::-1]]
        _fill(strip.picture, places, fill)


def _paint_wipers(strip: _Strip, foot: float) -> None:
    half = strip.half
    for y in (-0.1, 0.45):
        _line(strip.picture, [(half + y, foot + 0.03), (half + y - 0.55, foot + 0.1)], Material.GAP, 0.02)


def strip_texture(outline: Outline, design: Design) -> Texture:
    """Nose, bonnet, windscreen, roof, rear window and tail."""
    shape = outline.shape
    strip = _Strip(outline)
    _paint_nose(strip, design)
    _paint_tail(strip, design)
    cowl, header = outline.s_near(shape.cowl), outline.s_near(shape.header)
    _pane(strip, cowl, header, Material.GLASS, 0.075)
    _paint_wipers(strip, cowl)
    if shape.rear_glass:
        rear = Material.GLASS_TINTED if design.tinted_rear else Material.GLASS
        _pane(strip, outline.s_near(shape.rear_header) + 0.05, outline.s_near(shape.rear_glass_end), rear, 0.09)
    if design.sunroof and shape.name != "bus":
        _pane(strip, header + 0.2, min(header + 0.95, outline.s_near(shape.rear_header)), Material.GLOSS_BLACK, 0.12)
    return Texture(strip.picture)


class _Flank:
    """Draws on the flank by (u, z)."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.ceiling = outline.shape.height + 0.05
        self.picture = np.full(texture_sizes(outline)[1], int(Material.PAINT), np.uint8)

    def at(self, places: Places) -> Places:
        return [(u, self.ceiling - z) for u, z in places]

    def fill(self, places: Places, material: Material) -> None:
        _fill(self.picture, self.at(places), material)

    def line(self, places: Places, material: Material, width_m: float, closed: bool = False) -> None:
        _line(self.picture, self.at(places), material, width_m, closed)


def _glass_edge(outline: Outline, rail: float, sill: float) -> Places:
    """The outline (u, z) of all side glass together."""
    shape = outline.shape
    u = np.linspace(shape.side_glass[0], shape.side_glass[1], 60)
    high = outline.top(u, rail) - 0.02
    low = np.interp(u, [0, shape.length], shape.belt) + sill
    open_ = high > low + 0.02
    upper = list(zip(u[open_], high[open_], strict=True))
    lower = list(zip(u[open_], low[open_], strict=True))
    return upper + lower[::-1]


def _paint_side_glass(flank: _Flank, design: Design) -> None:
    outline, shape = flank.outline, flank.outline.shape
    edge = _glass_edge(outline, 0.10, 0.02)
    flank.fill(edge, Material.GLASS)
    if design.tinted_rear and shape.pillars:
        behind = [(u, z) for u, z in edge if u >= shape.pillars[0][0]]
        if len(behind) > 3:
            flank.fill(behind, Material.GLASS_TINTED)
    flank.line(edge, Material.CHROME if design.chrome else Material.GLOSS_BLACK, 0.025, closed=True)
    for at_belt, at_roof, width in shape.pillars:
        sill = float(np.interp(at_belt, [0, shape.length], shape.belt)) + 0.02
        roof = float(outline.top(np.array([at_roof]), 0.10)[0]) - 0.02
        half = width / 2
        post = [(at_belt - half, sill), (at_roof - half, roof), (at_roof + half, roof), (at_belt + half, sill)]
        flank.fill(post, Material.GLOSS_BLACK)


def _paint_doors(flank: _Flank) -> None:
    shape, low = flank.outline.shape, flank.outline.shape.outline[0][1]
    for place in shape.doors:
        belt = float(np.interp(place, [0, shape.length], shape.belt))
        flank.line([(place, belt), (place + 0.02, low + 0.3), (place + 0.08, low + 0.12)], Material.GAP, 0.012)
    for place in shape.doors[1:]:
        belt = float(np.interp(place, [0, shape.length], shape.belt))
        flank.line([(place - 0.24, belt - 0.1), (place - 0.06, belt - 0.1)], Material.TRIM, 0.035)
        flank.line([(place - 0.24, belt - 0.095), (place - 0.06, belt - 0.095)], Material.PAINT, 0.015)
    flank.line([(shape.doors[0], low + 0.1), (shape.doors[-1], low + 0.1)], Material.GAP, 0.012)


def _paint_arches(flank: _Flank) -> None:
    shape = flank.outline.shape
    low = shape.outline[0][1]
    flank.fill([(0, 0), (0, low + 0.08), (shape.length, low + 0.08), (shape.length, 0)], Material.TRIM)
    for axle in shape.axles:
        centre = flank.at([(axle, shape.wheel_radius)])[0]
        rim = 1.3 if shape.cladding else 1.18
        _disc(flank.picture, centre, shape.wheel_radius * rim, Material.TRIM if shape.cladding else Material.PAINT)
        _disc(flank.picture, centre, shape.wheel_radius * 1.13, Material.HOLE)


def _paint_side_lamps(flank: _Flank, design: Design) -> None:
    shape = flank.outline.shape
    low, high = shape.lamp_z
    slope = design.lamp_slope
    flank.fill([(0, low), (0.28, low + 0.05 + slope), (0.42, high + slope), (0, high + slope)], Material.LAMP_HOUSING)
    flank.fill(
        [(0, low + 0.05), (0.2, low + 0.07 + slope), (0.26, high - 0.03 + slope), (0, high - 0.03)], Material.LAMP_LENS
    )
    flank.fill(
        [(0.28, low + 0.06 + slope), (0.34, low + 0.08 + slope), (0.36, high + slope), (0.3, high + slope)],
        Material.INDICATOR,
    )
    low, high = shape.tail_lamp_z
    end = shape.length
    flank.fill([(end, low), (end - 0.22, low + 0.03), (end - 0.3, high), (end, high)], Material.TAIL_LAMP)
    flank.fill(
        [(end, low + 0.08), (end - 0.15, low + 0.09), (end - 0.18, high - 0.05), (end, high - 0.05)], Material.TAIL_DARK
    )


def flank_texture(outline: Outline, design: Design) -> Texture:
    """Side windows, doors, wheel arches and the lamps that reach round the corners."""
    flank = _Flank(outline)
    _paint_side_lamps(flank, design)
    _paint_side_glass(flank, design)
    _paint_doors(flank)
    _paint_arches(flank)
    return Texture(flank.picture)
