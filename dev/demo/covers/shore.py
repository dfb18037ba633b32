"""The sea, and what sails or stands there."""

from random import Random

from dev.demo.covers import land
from dev.demo.covers.colours import mix
from dev.demo.covers.countryside import heavens, is_dark
from dev.demo.covers.palettes import Sky
from dev.demo.covers.sheet import HEIGHT, WIDTH, Point, Sheet


def sea(sheet: Sheet, sky: Sky, chance: Random) -> None:
    horizon = 740.0
    heavens(sheet, sky, horizon)
    if is_dark(sky):
        land.stars(sheet, chance, 60, 600, mix(sky.stops[1], sky.disc, 0.7))
    x = chance.choice((240.0, 400.0, 560.0))
    sheet.disc((x, horizon - chance.choice((10, 70, 120))), 96, sky.disc)
    sheet.fade((0, horizon, WIDTH, HEIGHT), (mix(sky.far, sky.stops[2], 0.3), sky.far, sky.near))
    _glitter(sheet, sky, chance, x, horizon)
    thing = chance.choice((_ship, _ship, _lighthouse, _boats))
    thing(
        sheet, (WIDTH - x + 30 if x != 400 else 600.0, horizon + 8), chance.uniform(0.9, 1.3), sky
    )
    for step in range(4):
        swell = land.rolling(chance, 1010 + 46 * step, 26, 300)
        sheet.veil(swell, (mix(sky.far, sky.near, 0.55 + 0.15 * step),) * 2, 190)


def _glitter(sheet: Sheet, sky: Sky, chance: Random, x: float, horizon: float) -> None:
    """The path that sun or moon lays on water."""
    y = horizon + 6
    while y < 1010:
        near = (y - horizon) / 270
        half = 50 + 60 * near
        for _ in range(2):
            start = x + chance.uniform(-half, half * 0.5)
            length = chance.uniform(0.3, 1.0) * half
            sheet.box(
                (start, y, start + length, y + 2 + 3 * near), mix(sky.disc, sky.far, near * 0.4)
            )
        y += 9 + 5 * near
    for _ in range(40):
        y = chance.uniform(horizon + 8, 1000)
        start = chance.uniform(0, WIDTH)
        sheet.box(
            (start, y, start + chance.uniform(16, 60), y + 2), mix(sky.far, sky.stops[1], 0.4)
        )


def _ship(sheet: Sheet, foot: Point, scale: float, sky: Sky) -> None:
    """A brig under sail."""
    x, y = foot
    dark = mix(sky.near, sky.far, 0.12)
    sail = mix(sky.near, sky.stops[2], 0.35)
    hull = [(-62, -14), (66, -16), (52, 8), (-46, 8)]
    for mast in (-26, 24):
        sheet.line([(x + mast * scale, y), (x + mast * scale, y - 128 * scale)], 2.4, dark)
        for top, half, drop in ((-122, 17, 34), (-84, 24, 38), (-42, 28, 26)):
            points = [
                (-half * 0.8, top),
                (half * 0.8, top),
                (half, top + drop),
                (-half, top + drop),
            ]
            sheet.polygon([(x + (mast + a) * scale, y + b * scale) for a, b in points], sail)
    jib = [(64, -18), (27, -116), (30, -20)]
    sheet.polygon([(x + a * scale, y + b * scale) for a, b in jib], sail)
    sheet.polygon([(x + a * scale, y + b * scale) for a, b in hull], dark)


def _lighthouse(sheet: Sheet, foot: Point, scale: float, sky: Sky) -> None:
    """On a rock, with its two beams."""
    x, y = foot
    dark = mix(sky.near, sky.far, 0.12)
    light = (x, y - 150 * scale)
    glow = mix(sky.stops[2], sky.disc, 0.5)
    for side in (-1, 1):
        sheet.polygon(
            [light, (x + side * 200, light[1] - 26), (x + side * 200, light[1] + 18)], glow
        )
    rock = [(-90, 14), (-52, -16), (-18, -26), (24, -22), (58, -8), (96, 14)]
    tower = [(-17, -22), (-10, -140), (10, -140), (17, -22)]
    roof = [(-13, -160), (0, -180), (13, -160)]
    for shape in (rock, tower, roof):
        sheet.polygon([(x + a * scale, y + b * scale) for a, b in shape], dark)
    sheet.box((x - 14 * scale, y - 144 * scale, x + 14 * scale, y - 139 * scale), dark)
    sheet.disc(light, 8 * scale, sky.disc)


def _boats(sheet: Sheet, foot: Point, scale: float, sky: Sky) -> None:
    """Two small boats, one far behind the other."""
    dark, sail = mix(sky.near, sky.far, 0.12), mix(sky.near, sky.disc, 0.7)
    for shift, size in ((70.0, 0.42), (-40.0, 1.0)):
        x, y, unit = foot[0] + shift, foot[1] + 22 * size, scale * size
        for shape, tint in (
            ([(-3, -12), (-3, -130), (-52, -16)], sail),
            ([(4, -12), (4, -112), (40, -16)], mix(sail, dark, 0.25)),
            ([(-54, -10), (56, -10), (38, 10), (-38, 10)], dark),
        ):
            sheet.polygon([(x + a * unit, y + b * unit) for a, b in shape], tint)
