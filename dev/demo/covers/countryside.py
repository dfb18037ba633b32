"""Scenes of the open country."""

from math import pi, sin
from random import Random

from dev.demo.covers import land
from dev.demo.covers.colours import Colour, luminance, mix
from dev.demo.covers.palettes import Sky
from dev.demo.covers.sheet import HEIGHT, WIDTH, Point, Sheet


def heavens(sheet: Sheet, sky: Sky, horizon: float = 960) -> None:
    """The sky; its upper half changes slowly so that words can stand on it."""
    top, middle, low = sky.stops
    sheet.fade((0, 0, WIDTH, horizon), (top, mix(top, middle, 0.55), middle, low))
    sheet.box((0, horizon, WIDTH, HEIGHT), low)


def is_dark(sky: Sky) -> bool:
    return luminance(sky.stops[0]) < 0.2


def hills(sheet: Sheet, sky: Sky, chance: Random) -> None:
    heavens(sheet, sky)
    if is_dark(sky):
        land.stars(sheet, chance, 70, 620, mix(sky.stops[1], sky.disc, 0.7))
    sheet.disc((chance.choice((210, 400, 590)), 664), chance.choice((74, 100, 128)), sky.disc)
    outlines = [land.rolling(chance, 700 + 92 * step, 70 + 16 * step) for step in range(5)]
    colours = land.ranges(sheet, sky, outlines)
    x = chance.choice((190.0, 560.0, 620.0))
    foot = (x, land.height_at(outlines[3], x) + 3)
    if chance.random() < 0.5:
        land.house(sheet, foot, 54, mix(colours[3], sky.near, 0.5), sky.disc)
    else:
        for shift in (-34, 0, 28):
            tall = chance.uniform(60, 92)
            land.fir(sheet, (x + shift, foot[1] + 6), tall, mix(colours[3], sky.near, 0.5))
    land.ranges(sheet, sky, outlines[4:])


def mountains(sheet: Sheet, sky: Sky, chance: Random) -> None:
    heavens(sheet, sky)
    if is_dark(sky):
        land.stars(sheet, chance, 80, 560, mix(sky.stops[1], sky.disc, 0.7))
    sheet.disc((chance.choice((230, 400, 570)), 624), 92, sky.disc)
    outlines = [land.rugged(chance, 720 + 105 * step, 150 - 16 * step) for step in range(4)]
    land.ranges(sheet, sky, [*outlines, land.rolling(chance, 1120, 40)], 0.6)
    land.birds(sheet, chance, (chance.choice((140, 660)), 590), 5, mix(sky.far, sky.near, 0.6))


def forest(sheet: Sheet, sky: Sky, chance: Random) -> None:
    heavens(sheet, sky)
    sheet.disc((chance.choice((250, 400, 550)), 650), 110, sky.disc)
    for row in range(5):
        colour = mix(sky.far, sky.near, row / 4)
        ground = land.rolling(chance, 800 + row * 84, 34, 700)
        height = 120 + row * 46
        x = chance.uniform(-40, 0)
        while x < WIDTH + 40:
            foot = (x, land.height_at(ground, x))
            land.fir(sheet, foot, height * chance.uniform(0.7, 1.15), colour)
            x += height * chance.uniform(0.22, 0.48)
        sheet.veil(ground, (colour, mix(colour, sky.stops[2], 0.4 * (1 - row / 4))), 120)


def road(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """A road over the plain to where the sun is."""
    horizon = 760.0
    heavens(sheet, sky, horizon)
    sheet.disc((400, horizon - 20), chance.choice((90, 130, 170)), sky.disc)
    sheet.veil(land.rolling(chance, horizon - 14, 26, 700), (sky.far, sky.far), 60)
    sheet.fade((0, horizon, WIDTH, HEIGHT), (mix(sky.far, sky.stops[2], 0.35), sky.far, sky.near))
    _furrows(sheet, sky, horizon)
    bend = chance.choice((-1, 1)) * chance.uniform(110, 190)
    left, right = [], []
    for step in range(41):
        share = step / 40
        y = horizon + (HEIGHT - horizon) * share
        x = 400 + bend * sin(share * pi * 1.2) * share
        half = 3 + 175 * share**1.7
        left.append((x - half, y))
        right.append((x + half, y))
    sheet.polygon([*left, *right[::-1]], mix(sky.near, sky.disc, 0.62))
    _poles(sheet, sky, horizon, 1 if bend < 0 else -1)


def _furrows(sheet: Sheet, sky: Sky, horizon: float) -> None:
    line = mix(sky.far, sky.near, 0.55)
    for index in range(-14, 15):
        if index:
            points = [(400 + index * 16, horizon), (400 + index * 190, HEIGHT)]
            sheet.line(points, 1.6, line)


def _poles(sheet: Sheet, sky: Sky, horizon: float, side: int) -> None:
    """Telegraph poles, or bare trees, that shrink with distance."""
    for step in range(6):
        share = 0.62**step
        x = 400 + side * 330 * share
        y = horizon + 300 * share
        sheet.line([(x, y), (x, y - 240 * share)], max(1.2, 7 * share), sky.near)
        for down in (0.93, 0.82):
            span = 34 * share
            beam = [(x - span, y - 240 * share * down), (x + span, y - 240 * share * down)]
            sheet.line(beam, max(1.0, 4.5 * share), sky.near)


def birches(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """White trunks at both sides; the words stand between them."""
    heavens(sheet, sky)
    sheet.disc((chance.choice((330, 470)), 700), 84, sky.disc)
    land.ranges(sheet, sky, [land.rolling(chance, 800 + 70 * step, 50) for step in range(3)])
    far = mix(sky.far, sky.stops[1], 0.45)
    for x in (64, 148, WIDTH - 150, WIDTH - 74):
        shift = chance.uniform(-12, 12)
        sheet.line([(x + shift, 0), (x + shift * 0.6, 1010)], 9, far)
    snow = mix(sky.disc, sky.stops[1], 0.2)
    sheet.veil(land.rolling(chance, 1000, 40), (snow, mix(snow, sky.far, 0.5)), 230)
    for x, width in ((22, 50), (104, 26), (WIDTH - 34, 46), (WIDTH - 112, 28)):
        _birch(sheet, sky, chance, x + chance.uniform(-8, 8), width)
    sheet.veil(land.rolling(chance, 1110, 24, 700), (sky.near, sky.near), 120)


def _birch(sheet: Sheet, sky: Sky, chance: Random, x: float, width: float) -> None:
    bark = mix(sky.disc, (255, 255, 255), 0.4)
    lean = chance.uniform(-10, 10)
    left, right = x - width / 2, x + width / 2
    sheet.polygon([(left + lean, 0), (right + lean, 0), (right + 3, 1130), (left - 3, 1130)], bark)
    shade = [(right + lean - width * 0.2, 0), (right + lean, 0), (right + 3, 1130)]
    sheet.polygon([*shade, (right + 3 - width * 0.24, 1130)], mix(bark, sky.far, 0.35))
    dark = mix(sky.near, (20, 18, 18), 0.5)
    y = chance.uniform(10, 60)
    while y < 1060:
        at = x + lean * (1 - y / 1130)
        side = chance.choice((-1, 1))
        edge, thick = at + side * width / 2, chance.uniform(4, 11)
        tip = (edge - side * width * chance.uniform(0.3, 0.8), y + thick * 0.4)
        sheet.polygon([(edge, y), tip, (edge, y + thick)], dark)
        y += chance.uniform(26, 90)


def dunes(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """Dunes with a lit and a dark side."""
    heavens(sheet, sky)
    sheet.disc((chance.choice((220, 580)), 620), 84, sky.disc)
    for step in range(5):
        share = step / 4
        crest = land.rolling(chance, 740 + 100 * step, 90 + 14 * step, 900)
        light = mix(sky.far, sky.near, share * 0.9)
        sheet.veil(crest, (mix(light, sky.disc, 0.3 * (1 - share)), light), 240)
        peak = min(crest, key=lambda point: point[1])
        shade = [point for point in crest if point[0] >= peak[0]]
        tail = [(x, y + 20 + (x - peak[0]) * 0.5) for x, y in reversed(shade)]
        sheet.polygon([*shade, *tail], mix(light, sky.near, 0.35))
    sheet.veil(land.rolling(chance, 1130, 24, 900), (sky.near, sky.near), 100)


def garden(sheet: Sheet, sky: Sky, chance: Random) -> None:
    """Round hills, round trees, a house, flowers, clouds."""
    heavens(sheet, sky)
    sheet.disc((chance.choice((200, 600)), 600), 90, sky.disc)
    if chance.random() < 0.4:
        _balloon(sheet, sky, (chance.choice((170.0, 400.0, 630.0)), 620.0))
    for _ in range(chance.choice((0, 2, 3))):
        _cloud(
            sheet,
            (chance.uniform(60, 740), chance.uniform(560, 660)),
            mix(sky.stops[0], (255, 255, 255), 0.7),
        )
    greens = [mix(sky.far, sky.near, share) for share in (0.0, 0.3, 0.62, 1.0)]
    for step, green in enumerate(greens):
        outline = land.rolling(chance, 730 + 112 * step, 90, 640)
        sheet.veil(outline, (green, mix(green, sky.far, 0.25)), 230)
        if step < 3:
            _planted(sheet, sky, chance, outline, step)
    for _ in range(26):
        at = (chance.uniform(0, WIDTH), chance.uniform(1090, 1190))
        sheet.disc(at, 4.5, sky.disc)


def _planted(sheet: Sheet, sky: Sky, chance: Random, outline: list[Point], step: int) -> None:
    crowns = (sky.disc, mix(sky.near, sky.far, 0.4), mix(sky.disc, (214, 90, 60), 0.6))
    for _ in range(4):
        x = chance.uniform(30, WIDTH - 30)
        foot = (x, land.height_at(outline, x) + 6)
        land.round_tree(sheet, foot, 60 + 26 * step, chance.choice(crowns), sky.near)
    if step == 1:
        x = chance.uniform(200, 600)
        wall = mix(sky.disc, (255, 255, 255), 0.6)
        land.house(sheet, (x, land.height_at(outline, x) + 6), 74, wall, sky.near)


def _cloud(sheet: Sheet, at: Point, fill: Colour) -> None:
    for shift, radius in ((-34, 20), (-8, 30), (24, 24), (48, 14)):
        sheet.disc((at[0] + shift, at[1] - radius * 0.4), radius, fill)
    sheet.box((at[0] - 52, at[1] - 6, at[0] + 60, at[1] + 12), fill)


def _balloon(sheet: Sheet, sky: Sky, at: Point) -> None:
    """A striped balloon with its basket."""
    x, y = at
    stripes = (mix(sky.disc, (214, 90, 60), 0.7), sky.disc, mix(sky.near, sky.far, 0.3))
    for index, reach in enumerate((58, 42, 26, 10)):
        colour = stripes[index % 3]
        outline = [
            (x - reach, y),
            (x + reach, y),
            (x + reach * 0.2, y + 74),
            (x - reach * 0.2, y + 74),
        ]
        sheet.polygon(outline, colour)
        sheet.oval((x - reach, y - 58, x + reach, y + 58), colour)
    for side in (-1, 1):
        sheet.line([(x + side * 12, y + 70), (x + side * 8, y + 92)], 1.6, sky.near)
    sheet.box((x - 12, y + 90, x + 12, y + 108), sky.near)
