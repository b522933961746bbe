"""Random networks, whose reports are counted again apart from the product, and whose events happen in any order.

`world` draws a network, `happenings` what happens in it, `recount` and its neighbours count it again from plain rows,
`outputs` reads the figures back from each format. docs/reporting.md says how to run many of them.
"""
