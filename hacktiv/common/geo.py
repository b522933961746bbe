"""Where the places of the border map stand on its drawing."""

TOWNS = []


def markers(spaces):
    return []
