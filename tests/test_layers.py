"""Every module stands in a layer of a contract of import-linter, so that no new one imports what it likes.

The contracts are read from `pyproject.toml` as import-linter reads them: `containers` × `layers`, several layers of one
height parted by `|` or `:`, a layer that may be missing in brackets. They are taken as exhaustive: a package in which
they order some modules must have all of them in an order.
"""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Beside the product, in every app: what only Django's migrations and the tests import.
APART = {"migrations", "tests", "conftest"}
#: Packages whose modules stand in no order among themselves: the package as a whole is the layer.
IN_ONE_PIECE = {
    "hacktiv.common": "tools of no domain, which know each other",
    "hacktiv.devstack": "no part of the platform; a contract of its own keeps its supervisor free of packages",
    "hacktiv.settings": "the configuration, which imports nothing of the apps",
}


def tails_of(layer):
    """Return the names in one line of `layers`: "(forms) : (filters)" gives forms and filters."""
    return {tail.strip().strip("()").strip() for tail in re.split(r"[|:]", layer)}


def matches(expression, name):
    """Tell if a module's name is one that an expression of import-linter stands for: `*` is one part, `**` any."""
    parts = [{"*": r"[^.]+", "**": r".+"}.get(part, re.escape(part)) for part in expression.split(".")]
    return re.fullmatch(r"\.".join(parts), name) is not None


def unplaced(contracts, modules, in_one_piece=()):
    """Return the modules that stand in no layer, by name.

    A layer is a single module, or a package of one kind (`operations`, `models`) whose inside is free: its name is a
    layer of a contract that repeats for several containers. Any other package (an app, a capability) is to be a
    container itself, and each of its modules a layer in it."""
    layered = [contract for contract in contracts if contract["type"] == "layers"]
    parts = [name.split(".") for name in modules]
    packages = {".".join(each[:number]) for each in parts for number in range(1, len(each))}
    placed, kinds = set(), set()
    for contract in layered:
        tails = set().union(*map(tails_of, contract["layers"]))
        if "containers" not in contract:
            placed |= tails
            continue
        containers = {
            package
            for package in packages
            if any(matches(expression, package) for expression in contract["containers"])
        }
        placed |= {f"{container}.{tail}" for container in containers for tail in tails}
        if len(containers) > 1:
            kinds |= tails
    return sorted(name for name in modules if not _is_placed(name, placed, kinds, in_one_piece))


def _is_placed(name, placed, kinds, in_one_piece):
    """Tell if each package on the way to the module, up to one whose inside is free, and the module itself are placed.

    The package that holds everything (`hacktiv`) is no layer, so the way begins at the first name that is one."""
    parts = name.split(".")
    way = [".".join(parts[: number + 1]) for number in range(len(parts))]
    start = next((number for number, step in enumerate(way) if step in placed or step in in_one_piece), None)
    if start is None:
        return False
    for step in way[start:]:
        if step in in_one_piece:
            return True
        if step not in placed:
            return False
        if step.partition(".")[1] and step.rpartition(".")[2] in kinds:
            return True
    return True


def modules_of(root, packages):
    """Return every module of some packages, without `__init__`, which is the package itself."""
    files = [file for package in packages for file in (root / package).rglob("*.py")]
    names = [file.relative_to(root).with_suffix("").parts for file in files if file.name != "__init__.py"]
    return {".".join(parts) for parts in names if not APART.intersection(parts)}


def product():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return config["contracts"], modules_of(ROOT, config["root_packages"])


def test_every_module_stands_in_a_layer():
    contracts, modules = product()
    assert len(modules) > 200
    assert unplaced(contracts, modules, IN_ONE_PIECE) == []


def test_no_container_of_a_contract_can_be_left_out():
    contracts, modules = product()
    idle = []
    for number, contract in enumerate(contracts):
        for container in contract.get("containers", []) if contract["type"] == "layers" else []:
            fewer = [name for name in contract["containers"] if name != container]
            without = [*contracts[:number], contract | {"containers": fewer}, *contracts[number + 1 :]]
            if unplaced(without, modules, IN_ONE_PIECE) == unplaced(contracts, modules, IN_ONE_PIECE):
                idle.append(f"{contract['name']}: {container}")
    assert idle == []


APPS = {"type": "layers", "layers": ["shop.urls", "orders", "people", "shop.common"]}
ORDER = {"type": "layers", "containers": ["orders"], "layers": ["paying", "basket", "models"]}
INSIDE = {
    "type": "layers",
    "containers": ["orders.paying", "orders.basket", "people"],
    "layers": ["(views) : (pages)", "(operations)|(mails)", "(rules)", "(models)"],
}
MODULES = {
    "shop.urls",
    "shop.common.dates",
    "orders.models.lines",
    "orders.paying.views",
    "orders.paying.mails",
    "orders.basket.operations.adding",
    "orders.basket.rules",
    "people.pages",
    "people.models",
}


@pytest.mark.parametrize(
    ("new", "contracts"),
    [
        ("orders.travel_forms", [APPS, ORDER, INSIDE]),
        ("orders.paying.forms_after", [APPS, ORDER, INSIDE]),
        ("orders.giving.views", [APPS, ORDER, INSIDE]),
        ("people.queries", [APPS, ORDER, INSIDE]),
        ("shop.wsgi", [APPS, ORDER, INSIDE]),
    ],
)
def test_a_module_in_no_layer_is_found(new, contracts):
    assert unplaced(contracts, MODULES, {"shop.common"}) == []
    assert unplaced(contracts, MODULES | {new}, {"shop.common"}) == [new]


@pytest.mark.parametrize(
    ("container", "bare"),
    [
        ("orders.paying", ["orders.paying.mails", "orders.paying.views"]),
        ("orders.basket", ["orders.basket.operations.adding", "orders.basket.rules"]),
        ("people", ["people.models", "people.pages"]),
    ],
)
def test_a_container_left_out_bares_its_modules(container, bare):
    inside = INSIDE | {"containers": [name for name in INSIDE["containers"] if name != container]}
    assert unplaced([APPS, ORDER, inside], MODULES, {"shop.common"}) == bare


def test_an_expression_names_several_containers():
    inside = INSIDE | {"containers": ["orders.*", "people"]}
    assert unplaced([APPS, ORDER, inside], MODULES, {"shop.common"}) == []
    assert unplaced([APPS, ORDER, inside | {"containers": ["orders.*"]}], MODULES, {"shop.common"}) == [
        "people.models",
        "people.pages",
    ]


def test_contracts_of_other_types_place_nothing():
    forbidden = APPS | {"type": "forbidden"}
    assert unplaced([forbidden], {"orders.models"}) == ["orders.models"]
