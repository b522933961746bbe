"""Draws the pictures of the demo: two rooms that exist nowhere, as panoramas of 360° and as views into them.

    .venv/bin/python docs/tools/draw_rooms.py

writes hacktiv/demo/pictures/*.jpg. A room is a box of which each wall is painted flat; the eye stands in its
middle, and each pixel takes the colour of the point it looks at."""

import math
from pathlib import Path

from PIL import Image, ImageDraw

TARGET = Path(__file__).resolve().parents[2] / "hacktiv" / "demo" / "pictures"
METRE = 180  # pixels of paint
EYE, CEILING = 1.55, 1.35  # metres below and above the eye
WIDE, DEEP = 8.0, 6.0

SKY, FAR, MIDDLE, NEAR, DARK = "#f4ead9", "#d5dfd2", "#aec5ae", "#7fa384", "#4b7751"
INK, WOOD, WOOD_DARK, EMBER, RIVER, SUN = "#22303a", "#c99b66", "#9a6f42", "#c8622f", "#9fbfcb", "#f0c489"


class Wall:
    """A flat painting in metres: x from its left edge, y up from the floor."""

    def __init__(self, width, height, ground):
        self.width, self.height = width, height
        self.image = Image.new("RGB", (round(width * METRE), round(height * METRE)), ground)
        self.draw = ImageDraw.Draw(self.image)

    def at(self, x, y):
        return x * METRE, (self.height - y) * METRE

    def box(self, x, y, width, height, fill, radius=0.0, edge=None):
        left, top = self.at(x, y + height)
        right, bottom = self.at(x + width, y)
        self.draw.rounded_rectangle((left, top, right, bottom), radius * METRE, fill=fill, outline=edge, width=6)

    def disc(self, x, y, radius, fill):
        left, top = self.at(x - radius, y + radius)
        right, bottom = self.at(x + radius, y - radius)
        self.draw.ellipse((left, top, right, bottom), fill=fill)

    def shape(self, *points, fill):
        self.draw.polygon([self.at(*point) for point in points], fill=fill)

    def line(self, *points, fill, width=0.03):
        self.draw.line([self.at(*point) for point in points], fill=fill, width=round(width * METRE), joint="curve")


def hills(wall, x, y, width, height, seed):
    """Draw the land behind a window: sky, sun, three ranges and the loop of a river."""
    wall.box(x, y, width, height, SKY)
    wall.disc(x + width * (0.25 + 0.15 * (seed % 4)), y + height * 0.74, 0.17, SUN)
    for n, colour in enumerate((FAR, MIDDLE, NEAR)):
        base, swing = y + height * (0.56 - 0.17 * n), height * (0.12 - 0.02 * n)
        ridge = [(x + width * k / 40, base + swing * math.sin(k / (4.2 + n) + seed * 1.7 + n * 2.1)) for k in range(41)]
        wall.shape((x, y), *ridge, (x + width, y), fill=colour)
    river = [
        (x + width * (0.1 + 0.8 * k / 20), y + height * (0.06 + 0.05 * math.sin(k / 2.2 + seed))) for k in range(21)
    ]
    wall.line(*river, fill=RIVER, width=0.07)


def window(wall, x, y, width, height, seed):
    wall.box(x - 0.08, y - 0.08, width + 0.16, height + 0.16, WOOD_DARK, 0.03)
    hills(wall, x, y, width, height, seed)
    wall.box(x + width / 2 - 0.03, y, 0.06, height, WOOD_DARK)
    wall.box(x, y + height * 0.62, width, 0.05, WOOD_DARK)
    wall.box(x - 0.14, y - 0.16, width + 0.28, 0.09, WOOD, 0.02)


def door(wall, x, colour):
    wall.box(x - 0.1, 0, 1.15, 2.2, WOOD_DARK)
    wall.box(x, 0, 0.95, 2.1, colour)
    for low in (0.25, 1.15):
        wall.box(x + 0.14, low, 0.67, 0.72, None, 0.02, edge=INK)
    wall.disc(x + 0.83, 1.02, 0.05, SUN)


def desk(wall, x, screen=True):
    wall.box(x, 0.70, 1.5, 0.07, WOOD, 0.02)
    for leg in (0.07, 1.37):
        wall.box(x + leg, 0, 0.06, 0.7, INK)
    if screen:
        wall.box(x + 0.42, 0.86, 0.66, 0.42, INK, 0.04)
        hills(wall, x + 0.46, 0.90, 0.58, 0.34, round(x))
        wall.box(x + 0.70, 0.77, 0.10, 0.1, INK)
    wall.box(x + 0.5, 0.42, 0.5, 0.06, EMBER, 0.02)
    wall.box(x + 0.72, 0.05, 0.06, 0.4, INK)
    wall.shape((x + 0.5, 0.0), (x + 1.0, 0.0), (x + 0.75, 0.09), fill=INK)
    wall.box(x + 1.18, 0.77, 0.13, 0.16, RIVER, 0.03)


def plant(wall, x, height=1.1):
    wall.shape((x - 0.2, 0.42), (x + 0.2, 0.42), (x + 0.15, 0), (x - 0.15, 0), fill=EMBER)
    for lean in (-0.45, -0.22, 0, 0.22, 0.45):
        tip = (x + lean, 0.42 + height * (1 - abs(lean) * 0.7))
        wall.line((x, 0.42), (x + lean * 0.35, 0.42 + height * 0.45), tip, fill=DARK, width=0.035)
        wall.disc(*tip, 0.12, NEAR)
        wall.disc(x + lean * 0.6, 0.42 + height * 0.55, 0.1, DARK)


def shelf(wall, x, width, levels):
    colours = (DARK, EMBER, RIVER, SUN, NEAR, "#8b3a62", "#27578f", FAR)
    for level in range(levels):
        low = 0.35 + level * 0.48
        wall.box(x, low - 0.06, width, 0.06, WOOD_DARK)
        place, n = x + 0.05, level * 3
        while place < x + width - 0.2:
            thick, high = 0.05 + 0.02 * (n * 7 % 3), 0.26 + 0.03 * (n * 5 % 4)
            if n % 9 == 8:
                wall.disc(place + 0.12, low + 0.12, 0.12, colours[n % 8])
                thick = 0.26
            else:
                wall.box(place, low, thick, high, colours[n * 3 % 8])
            place, n = place + thick + 0.012, n + 1
    for side in (x - 0.05, x + width):
        wall.box(side, 0, 0.05, 0.35 + levels * 0.48, WOOD_DARK)


def border_picture(wall, x, y, width, height):
    """Draw the network's own picture: a border in dots, and a way that crosses it."""
    wall.box(x - 0.06, y - 0.06, width + 0.12, height + 0.12, WOOD_DARK)
    wall.box(x, y, width, height, "#1f4d3a")
    wall.shape((x, y), (x + width, y), (x + width, y + height * 0.4), (x, y + height * 0.25), fill="#446e44")
    for k in range(17):
        wall.disc(x + width * (0.06 + 0.88 * k / 16), y + height * (0.5 + 0.16 * math.sin(k / 2.4)), 0.028, "#fbf8f2")
    way = [
        (x + width * (0.3 + 0.4 * k / 12), y + height * (0.2 + 0.6 * k / 12 + 0.06 * math.sin(k))) for k in range(13)
    ]
    wall.line(*way, fill="#f4a579", width=0.06)


def floor(ground, lines, rug):
    plane = Wall(WIDE, DEEP, ground)
    for k in range(1, 30):
        plane.line((0, k * 0.2), (WIDE, k * 0.2), fill=lines, width=0.012)
        for j in range(4):
            x = (j * 2.3 + k * 0.9) % WIDE
            plane.line((x, k * 0.2), (x, k * 0.2 - 0.2), fill=lines, width=0.012)
    plane.box(WIDE / 2 - 2.1, DEEP / 2 - 1.5, 4.2, 3.0, rug, 0.3)
    plane.box(WIDE / 2 - 1.9, DEEP / 2 - 1.3, 3.8, 2.6, None, 0.25, edge="#fbf8f2")
    return plane


def ceiling(ground):
    plane = Wall(WIDE, DEEP, ground)
    for x in (0.16, 0.84):
        plane.disc(WIDE * x, DEEP * 0.5, 0.36, INK)
        plane.disc(WIDE * x, DEEP * 0.5, 0.31, "#ffe9c2")
    for k in range(1, 8):
        plane.line((k, 0), (k, DEEP), fill="#e6dfd0", width=0.05)
    return plane


def shared_room():
    height = EYE + CEILING
    north, south = Wall(WIDE, height, "#fbf3e4"), Wall(WIDE, height, "#f3e9d6")
    east, west = Wall(DEEP, height, "#e3ebe0"), Wall(DEEP, height, "#dfe8e4")
    for n in range(3):
        window(north, 0.7 + n * 2.45, 1.05, 1.75, 1.45, n + 1)
        desk(north, 0.8 + n * 2.45, screen=n != 1)
    door(east, 3.6, DARK)
    border_picture(east, 0.9, 1.2, 1.9, 1.2)
    plant(east, 0.7)
    desk(east, 1.3)
    shelf(south, 0.7, 3.0, 4)
    plant(south, 4.5, 1.3)
    window(south, 5.2, 1.05, 1.9, 1.45, 6)
    desk(south, 5.4)
    window(west, 0.8, 1.05, 1.75, 1.45, 8)
    desk(west, 0.9)
    shelf(west, 3.4, 1.8, 3)
    return (north, east, south, west), floor("#c79f6d", "#b48a58", "#446e44"), ceiling("#f3ecdf")


def meeting_room():
    height = EYE + CEILING
    north, south = Wall(WIDE, height, "#e6ecef"), Wall(WIDE, height, "#eef0e8")
    east, west = Wall(DEEP, height, "#f4e6d8"), Wall(DEEP, height, "#f4e6d8")
    north.box(2.1, 1.0, 3.8, 1.5, INK, 0.05)
    hills(north, 2.2, 1.08, 3.6, 1.34, 4)
    plant(north, 0.9, 1.3)
    plant(north, 7.1, 1.1)
    north.box(2.4, 0.30, 3.2, 0.08, WOOD, 0.02)
    north.box(2.6, 0, 2.8, 0.3, WOOD_DARK)
    window(east, 0.7, 0.9, 1.9, 1.6, 2)
    window(east, 3.3, 0.9, 1.9, 1.6, 5)
    for x in (1.2, 2.9, 4.6):
        desk(south, x, screen=False)
    border_picture(south, 2.4, 1.35, 3.2, 1.15)
    door(west, 1.2, EMBER)
    shelf(west, 3.1, 2.0, 4)
    return (north, east, south, west), floor("#a9977f", "#97856c", "#27578f"), ceiling("#f6f2ea")


def shaded(colour, share):
    return tuple(min(255, round(part * share)) for part in colour)


class Eye:
    """Looks from the middle of a room along a direction: yaw in radians from north to the east, height per distance."""

    def __init__(self, room):
        self.walls, self.floor, self.ceiling = room
        self.paint = [wall.image.load() for wall in self.walls]
        self.below, self.above = self.floor.image.load(), self.ceiling.image.load()

    def wall_at(self, yaw):
        """Return (number of the wall, metres to it, metres from its left edge)"""
        east, north = math.sin(yaw), math.cos(yaw)
        to_side = (WIDE / 2) / abs(east) if abs(east) > 1e-9 else math.inf
        to_end = (DEEP / 2) / abs(north) if abs(north) > 1e-9 else math.inf
        if to_end <= to_side:
            x = east * to_end
            return (0, to_end, x + WIDE / 2) if north > 0 else (2, to_end, WIDE / 2 - x)
        y = north * to_side
        return (1, to_side, DEEP / 2 - y) if east > 0 else (3, to_side, y + DEEP / 2)

    def column(self, yaw, slopes):
        """The colours seen at this yaw, for each slope (height over distance) from top to bottom."""
        number, away, across = self.wall_at(yaw)
        wall, paint = self.walls[number], self.paint[number]
        wide, high = wall.image.size
        column = min(wide - 1, max(0, int(across * METRE)))
        light = (1.0, 0.95, 0.97, 0.93)[number]
        east, north = math.sin(yaw), math.cos(yaw)
        for slope in slopes:
            up = slope * away
            if -EYE < up < CEILING:
                row = min(high - 1, int((CEILING - up) * METRE))
                near_edge = min(1, 0.82 + (up + EYE) * 0.9, 0.88 + (CEILING - up) * 0.7)
                yield shaded(paint[column, row], light * near_edge)
                continue
            reach = EYE / -slope if up <= -EYE else CEILING / slope
            x, y = WIDE / 2 + east * reach, DEEP / 2 - north * reach
            place = min(round(WIDE * METRE) - 1, int(x * METRE)), min(round(DEEP * METRE) - 1, int(y * METRE))
            plane = self.below if up <= -EYE else self.above
            yield shaded(plane[place], 1 - 0.16 * (reach / 5) ** 2)

    def panorama(self, width):
        """Draw the scene in an equirectangular picture; north is in the middle."""
        finer = width * 2
        picture = Image.new("RGB", (finer, finer // 2))
        pixels = picture.load()
        slopes = [math.tan(math.pi * (0.5 - (row + 0.5) / (finer // 2))) for row in range(finer // 2)]
        for column in range(finer):
            yaw = 2 * math.pi * ((column + 0.5) / finer - 0.5)
            for row, colour in enumerate(self.column(yaw, slopes)):
                pixels[column, row] = colour
        return picture.resize((width, width // 2), Image.Resampling.LANCZOS)

    def view(self, yaw, size, angle=84):
        """As a camera sees it."""
        width, height = size[0] * 2, size[1] * 2
        focal = width / 2 / math.tan(math.radians(angle) / 2)
        picture = Image.new("RGB", (width, height))
        pixels = picture.load()
        for column in range(width):
            aside = column + 0.5 - width / 2
            away = math.hypot(focal, aside)
            slopes = [(height * 0.46 - row) / away or 1e-9 for row in range(height)]
            for row, colour in enumerate(self.column(math.radians(yaw) + math.atan2(aside, focal), slopes)):
                pixels[column, row] = colour
        return picture.resize(size, Image.Resampling.LANCZOS)


def house():
    """Draw a house that is none of the network's, under the hills."""
    wall = Wall(9, 6, SKY)
    hills(wall, 0, 0, 9, 6, 3)
    wall.shape((2.6, 0.7), (2.6, 2.5), (4.5, 3.9), (6.4, 2.5), (6.4, 0.7), fill="#fbf8f2")
    wall.shape((2.3, 2.4), (4.5, 4.1), (6.7, 2.4), (6.4, 2.25), (4.5, 3.75), (2.6, 2.25), fill="#43525d")
    for x in (2.95, 5.35):
        wall.box(x, 1.3, 0.75, 0.8, WOOD_DARK)
        wall.box(x + 0.06, 1.36, 0.63, 0.68, SUN)
        wall.box(x + 0.35, 1.36, 0.05, 0.68, WOOD_DARK)
    wall.box(4.05, 0.7, 0.9, 1.5, DARK, 0.04)
    wall.disc(4.5, 2.9, 0.28, RIVER)
    for x, size in ((1.2, 1.3), (1.9, 0.9), (7.4, 1.5), (8.2, 1.0)):
        wall.box(x - 0.05, 0.6, 0.1, 0.4, WOOD_DARK)
        for k in range(3):
            low = 0.9 + k * size * 0.4
            wall.shape(
                (x - size * 0.42 + k * 0.08, low), (x + size * 0.42 - k * 0.08, low), (x, low + size * 0.7), fill=DARK
            )
    wall.shape((0, 0), (0, 0.75), (9, 0.7), (9, 0), fill="#6d9a72")
    wall.shape((4.1, 0.72), (4.9, 0.72), (5.9, 0), (3.1, 0), fill="#ead9b8")
    for k in range(20):
        wall.disc(0.25 + k * 0.45, 0.3 + 0.08 * math.sin(k), 0.05, EMBER)
    return wall.image.resize((1500, 1000), Image.Resampling.LANCZOS)


def main():
    TARGET.mkdir(exist_ok=True)
    shared, meeting = Eye(shared_room()), Eye(meeting_room())
    pictures = {
        "house": house(),
        "shared": shared.view(-18, (1500, 1000)),
        "shelf": shared.view(165, (1500, 1000)),
        "meeting": meeting.view(14, (1500, 1000)),
        "panorama-shared": shared.panorama(2400),
        "panorama-meeting": meeting.panorama(2400),
    }
    for name, picture in pictures.items():
        picture.save(TARGET / f"{name}.jpg", quality=82, optimize=True, progressive=True)


main()
