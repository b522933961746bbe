"""Draws the plan of a shared office that exists nowhere, hacktiv/demo/pictures/plan.jpg; run from the root:
python docs/tools/draw_plan.py
"""

from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, FINER = 1200, 800, 3
PAPER, WALL, WINDOW, DESK, EDGE, CHAIR = "#fbf8f2", "#22303a", "#9fbfcb", "#e3d3b4", "#a5875a", "#c9d4cc"
GREEN, WOOD, SOFT = "#7fa384", "#8a6a43", "#eee7d8"
#: The middle of each desk in hundredths of the plan, and the side on which one sits: -1 above, 1 below.
DESKS = ((20, 24, 1), (45, 24, 1), (70, 24, 1), (30, 58, -1), (55, 58, -1), (86, 76, -1))


def box(draw, left, top, right, bottom, radius=0, **fill):
    draw.rounded_rectangle([value * FINER for value in (left, top, right, bottom)], radius * FINER, **fill)


def disc(draw, x, y, radius, **fill):
    draw.ellipse([value * FINER for value in (x - radius, y - radius, x + radius, y + radius)], **fill)


def main():
    image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), "#ffffff")
    draw = ImageDraw.Draw(image)
    box(draw, 24, 24, WIDTH - 24, HEIGHT - 24, fill=WALL)
    box(draw, 40, 40, WIDTH - 40, HEIGHT - 40, fill=PAPER)
    for left in (120, 420, 720):
        box(draw, left, 24, left + 240, 40, fill=WINDOW)
    # The door, and the way that it opens.
    box(draw, 90, HEIGHT - 40, 210, HEIGHT - 24, fill=PAPER)
    draw.arc([value * FINER for value in (-30, HEIGHT - 160, 210, HEIGHT + 80)], 270, 360, fill=WALL, width=3 * FINER)
    box(draw, 88, HEIGHT - 160, 94, HEIGHT - 40, fill=WALL)
    # A rug, a sofa and a low table; a bookcase; a quiet corner behind a screen.
    box(draw, 330, 590, 700, 745, 20, fill=SOFT)
    box(draw, 370, 690, 660, 745, 16, fill=GREEN)
    disc(draw, 515, 640, 32, fill=DESK, outline=EDGE, width=3 * FINER)
    box(draw, 1110, 240, 1156, 480, 4, fill=WOOD)
    for top in range(250, 470, 24):
        box(draw, 1116, top, 1150, top + 16, 2, fill=DESK)
    box(draw, 860, 520, 872, 760, 4, fill=GREEN)
    for x, y, side in DESKS:
        x, y = x * WIDTH / 100, y * HEIGHT / 100
        disc(draw, x, y + side * 68, 26, fill=CHAIR, outline=EDGE, width=2 * FINER)
        box(draw, x - 95, y - 46, x + 95, y + 46, 10, fill=DESK, outline=EDGE, width=3 * FINER)
        box(draw, x - 70, y - side * 30 - 5, x - 10, y - side * 30 + 5, 3, fill=WALL)
    for x, y in ((80, 90), (1110, 90), (80, 520)):
        disc(draw, x, y, 26, fill=WOOD)
        for dx, dy in ((-14, -8), (14, -8), (0, 14)):
            disc(draw, x + dx, y + dy, 20, fill=GREEN)
    image = image.resize((WIDTH, HEIGHT), Image.LANCZOS)
    image.save(Path("hacktiv/demo/pictures/plan.jpg"), quality=88, optimize=True)


if __name__ == "__main__":
    main()
