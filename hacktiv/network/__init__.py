"""The real network, as public sources tell it: data/*.toml, loaded by `manage.py load_network`.

docs/network-data.md says which source tells what, and how to correct a file.
"""
